"""Packets of consents, who is asked to sign them, and what they signed, which the database keeps as it was."""

import django.db.models.deletion
import django.db.models.functions.text
import mentalspace.core.clock
import uuid
from django.db import migrations, models

from mentalspace.core.immutable import append_only

# What the first signer signed stays as it was; signing, declining and withdrawing happen once; nothing is deleted.
CONSENTS_STAY = """
    CREATE TRIGGER consents_no_change BEFORE UPDATE ON consents
        FOR EACH ROW WHEN (
            OLD.withdrawn_at IS NOT NULL
            OR OLD.declined_at IS NOT NULL
            OR (OLD.client_id, OLD.request_id, OLD.form_key, OLD.form_version, OLD.title)
                IS DISTINCT FROM (NEW.client_id, NEW.request_id, NEW.form_key, NEW.form_version, NEW.title)
            OR OLD.settled_at IS NOT NULL
                AND (OLD.settled_at, OLD.months, OLD.answers, OLD.content)
                    IS DISTINCT FROM (NEW.settled_at, NEW.months, NEW.answers, NEW.content)
            OR OLD.signed_at IS NOT NULL
                AND (OLD.signed_at, OLD.expires_on) IS DISTINCT FROM (NEW.signed_at, NEW.expires_on)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER consents_no_delete BEFORE DELETE ON consents
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER consents_no_truncate BEFORE TRUNCATE ON consents
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
CONSENTS_STAY_NO_MORE = """
    DROP TRIGGER consents_no_change ON consents;
    DROP TRIGGER consents_no_delete ON consents;
    DROP TRIGGER consents_no_truncate ON consents;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_reminder_hours"),
        ("documents", "0014_files"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Packet",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "audience",
                    models.CharField(
                        choices=[("everyone", "Every client"), ("adults", "Adults"), ("minors", "Minors")],
                        default="everyone",
                        max_length=20,
                    ),
                ),
                ("required", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1, editable=False, help_text="Grows with every save."
                    ),
                ),
            ],
            options={
                "db_table": "packets",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["adults", "everyone", "minors"])),
                        name="packets_audience_known",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="packets_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PacketRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "finished_at",
                    models.DateTimeField(
                        blank=True, help_text="Everybody had signed or declined every form.", null=True
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.staff",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packet_requests",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "verbose_name": "packet that was sent",
                "verbose_name_plural": "packets that were sent",
                "db_table": "packet_requests",
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("form_key", models.CharField(max_length=60)),
                ("form_version", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=120)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Until it is withdrawn"),
                            (6, "For 6 months"),
                            (12, "For a year"),
                            (24, "For 2 years"),
                            (36, "For 3 years"),
                        ],
                        default=12,
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("content", models.JSONField(blank=True, default=list)),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True, help_text="When the first of its signers signed.", null=True
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "expires_on",
                    models.DateField(blank=True, help_text="The last day on which it holds.", null=True),
                ),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                ("decline_reason", models.TextField(blank=True, max_length=500)),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, help_text="From this day on it no longer holds.", null=True),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, help_text="When that was recorded.", null=True),
                ),
                (
                    "withdrawal",
                    models.TextField(blank=True, help_text="Who withdrew it, and how.", max_length=500),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="clients.client",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.staff",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="documents.packetrequest",
                    ),
                ),
            ],
            options={
                "db_table": "consents",
            },
        ),
        migrations.CreateModel(
            name="PacketSigner",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.TextField(max_length=200)),
                ("email", models.TextField(blank=True, max_length=255)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("client", "The client"),
                            ("parent", "Parent"),
                            ("guardian", "Legal guardian"),
                            ("representative", "Legal representative"),
                        ],
                        default="client",
                        max_length=20,
                    ),
                ),
                ("token_hash", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                (
                    "expires_at",
                    models.DateTimeField(
                        blank=True, help_text="From then on the link no longer works.", null=True
                    ),
                ),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, help_text="When the last mail left.", null=True),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        blank=True, help_text="When they first said who they are.", null=True
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signers",
                        to="documents.packetrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "signer of a packet",
                "verbose_name_plural": "signers of packets",
                "db_table": "packet_signers",
            },
        ),
        migrations.CreateModel(
            name="ConsentSignature",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField(max_length=200)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("client", "The client"),
                            ("parent", "Parent"),
                            ("guardian", "Legal guardian"),
                            ("representative", "Legal representative"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "drawn",
                    models.TextField(
                        blank=True, help_text="The path of what was drawn; empty for a typed name."
                    ),
                ),
                ("signed_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                ("address", models.CharField(blank=True, help_text="The network address.", max_length=45)),
                ("user_agent", models.CharField(blank=True, max_length=300)),
                ("digest", models.CharField(max_length=64)),
                ("seal", models.CharField(help_text="64 bytes, base64.", max_length=88)),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="documents.consent",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.sealkey"
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="documents.packetsigner",
                    ),
                ),
            ],
            options={
                "verbose_name": "signature on a consent",
                "verbose_name_plural": "signatures on consents",
                "db_table": "consent_signatures",
            },
        ),
        migrations.AddField(
            model_name="consent",
            name="declined_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.packetsigner",
            ),
        ),
        migrations.CreateModel(
            name="PacketForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form_key", models.CharField(max_length=60)),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Until it is withdrawn"),
                            (6, "For 6 months"),
                            (12, "For a year"),
                            (24, "For 2 years"),
                            (36, "For 3 years"),
                        ],
                        default=12,
                    ),
                ),
                (
                    "packet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forms",
                        to="documents.packet",
                    ),
                ),
            ],
            options={
                "verbose_name": "form of a packet",
                "verbose_name_plural": "forms of packets",
                "db_table": "packet_forms",
                "constraints": [
                    models.UniqueConstraint(fields=("packet", "form_key"), name="packet_forms_once"),
                    models.CheckConstraint(
                        condition=models.Q(("months__in", [0, 6, 12, 24, 36])), name="packet_forms_months"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="packetrequest",
            index=models.Index(fields=["client", "-created_at"], name="packet_requests_client"),
        ),
        migrations.AddIndex(
            model_name="packetrequest",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", True), ("revoked_at__isnull", True)),
                fields=["created_at"],
                name="packet_requests_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"
                ),
                name="packet_requests_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetsigner",
            constraint=models.CheckConstraint(
                condition=models.Q(("relation__in", ["client", "guardian", "parent", "representative"])),
                name="packet_signers_relation_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetsigner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at__isnull", True), ("token_hash__isnull", True)),
                    models.Q(("expires_at__isnull", False), ("token_hash__isnull", False)),
                    _connector="OR",
                ),
                name="packet_signers_link_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("relation__in", ["client", "guardian", "parent", "representative"])),
                name="consent_signatures_relation_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentsignature",
            constraint=models.UniqueConstraint(fields=("consent", "signer"), name="consent_signatures_once"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["client", "form_key", "-signed_at"], name="consents_client_form"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("signed_at__isnull", False), ("withdrawn_at__isnull", True)),
                fields=["expires_on"],
                name="consents_expiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                fields=("request", "form_key"), name="consents_once_in_request"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_at__isnull", True), ("declined_at__isnull", True), _connector="OR"
                ),
                name="consents_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_at__isnull", True), ("settled_at__isnull", False), _connector="OR"
                ),
                name="consents_settled_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_on__isnull", True)),
                    models.Q(
                        ("signed_at__isnull", False),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="consents_withdrawn_once_signed",
            ),
        ),
        migrations.RunSQL(CONSENTS_STAY, CONSENTS_STAY_NO_MORE),
        migrations.RunSQL(*append_only("consent_signatures")),
    ]
