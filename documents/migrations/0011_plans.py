"""The client's signature on a plan, which stays with what its author signs; how often one client's plan is reviewed."""

import django.core.validators
import django.db.models.deletion
import mentalspace.core.clock
from django.db import migrations, models

# What stays while a document waits for its co-signature.
COLUMNS = (
    "client_id", "staff_id", "appointment_id", "type", "title", "content", "answers", "form_key", "form_version",
    "service_date", "submitted_at", "signed_facts",
)  # fmt: skip


def _waiting(*columns: str) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"""
        DROP TRIGGER documents_waiting_no_change ON documents;
        CREATE TRIGGER documents_waiting_no_change BEFORE UPDATE ON documents
            FOR EACH ROW WHEN (OLD.status = 'pending_cosign' AND ({old}) IS DISTINCT FROM ({new}))
            EXECUTE FUNCTION refuse_change();
    """


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_reminder_hours"),
        ("documents", "0010_note_reminders"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="client_signature",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Treatment plans: who signed for the client, how, when, and the digest of the text.",
            ),
        ),
        migrations.CreateModel(
            name="PlanInterval",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="plan_interval",
                        serialize=False,
                        to="clients.client",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(400),
                        ]
                    ),
                ),
                ("set_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.staff",
                    ),
                ),
            ],
            options={
                "verbose_name": "interval of plan reviews",
                "verbose_name_plural": "intervals of plan reviews",
                "db_table": "plan_intervals",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 7), ("days__lte", 400)), name="plan_intervals_days"
                    )
                ],
            },
        ),
        migrations.RunSQL(_waiting(*COLUMNS, "client_signature"), _waiting(*COLUMNS)),
    ]
