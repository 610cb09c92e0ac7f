"""How often a signer was reminded, and why a mail to them did not leave."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0016_own_instruments")]

    operations = [
        migrations.AddField(
            model_name="packetsigner",
            name="reminded",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, help_text="How often the worker has mailed them again."
            ),
        ),
        migrations.AddField(
            model_name="packetsigner",
            name="unsent",
            field=models.CharField(
                blank=True,
                choices=[
                    ("waiting", "The mail leaves soon"),
                    ("unreachable", "The mail server did not take it"),
                    ("refused", "The address was refused"),
                ],
                editable=False,
                help_text="Why the last mail did not leave; empty where it did, and where none was wanted.",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="packetsigner",
            constraint=models.CheckConstraint(
                condition=models.Q(("unsent__in", ["", "refused", "unreachable", "waiting"])),
                name="packet_signers_unsent_known",
            ),
        ),
    ]
