"""Seals on signatures and addenda, the keys that make them, and the head of a document as it was signed.

Seals are only added. A key is changed once, when another takes its place. While a document waits for its co-signature,
everything that its author signed now stays, also the head, the form's version and the day.
"""

import django.db.models.deletion
import mentalspace.core.clock
from django.db import migrations, models

from mentalspace.core.immutable import append_only


def _waiting(*more: str) -> str:
    columns = [
        "client_id",
        "staff_id",
        "appointment_id",
        "type",
        "title",
        "content",
        "answers",
        "form_key",
        *more,
    ]
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"""
        CREATE TRIGGER documents_waiting_no_change BEFORE UPDATE ON documents
            FOR EACH ROW WHEN (OLD.status = 'pending_cosign' AND ({old}) IS DISTINCT FROM ({new}))
            EXECUTE FUNCTION refuse_change();
    """


DROP_WAITING = "DROP TRIGGER documents_waiting_no_change ON documents;"
MORE = ("form_version", "service_date", "submitted_at", "signed_facts")
KEYS_STAY = """
    CREATE TRIGGER document_seal_keys_no_change BEFORE UPDATE ON document_seal_keys
        FOR EACH ROW WHEN (
            OLD.valid_until IS NOT NULL
            OR (OLD.id, OLD.public_key, OLD.valid_from) IS DISTINCT FROM (NEW.id, NEW.public_key, NEW.valid_from)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER document_seal_keys_no_delete BEFORE DELETE ON document_seal_keys
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER document_seal_keys_no_truncate BEFORE TRUNCATE ON document_seal_keys
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
KEYS_STAY_NO_MORE = """
    DROP TRIGGER document_seal_keys_no_change ON document_seal_keys;
    DROP TRIGGER document_seal_keys_no_delete ON document_seal_keys;
    DROP TRIGGER document_seal_keys_no_truncate ON document_seal_keys;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0004_sealed_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="signed_facts",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="What stood at its head when the author signed: pairs of label and text.",
            ),
        ),
        migrations.AddField(
            model_name="documentaddendum",
            name="license",
            field=models.CharField(blank=True, max_length=140, verbose_name="license"),
        ),
        migrations.AddField(
            model_name="documentaddendum",
            name="previous_digest",
            field=models.CharField(
                blank=True, help_text="Digest of the addendum before it; empty in the first.", max_length=64
            ),
        ),
        migrations.CreateModel(
            name="SealKey",
            fields=[
                (
                    "id",
                    models.CharField(
                        help_text="The first 16 hex digits of the SHA-256 of the public key.",
                        max_length=16,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("public_key", models.BinaryField(help_text="32 bytes.")),
                (
                    "private_key",
                    models.TextField(blank=True, help_text="Sealed; empty in a key that seals no more."),
                ),
                ("valid_from", models.DateTimeField(default=mentalspace.core.clock.now)),
                ("valid_until", models.DateTimeField(blank=True, null=True)),
                ("proof", models.BinaryField()),
            ],
            options={
                "db_table": "document_seal_keys",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("valid_until",), name="document_seal_keys_one_current", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("valid_until__isnull", True), models.Q(("private_key", ""), _negated=True)
                            ),
                            models.Q(("private_key", ""), ("valid_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="document_seal_keys_wiped_when_replaced",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentSeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sealed_at",
                    models.DateTimeField(
                        help_text="The time of the signature, or of the sealing if that came later."
                    ),
                ),
                ("value", models.CharField(help_text="64 bytes, base64.", max_length=88)),
                (
                    "addendum",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="documents.documentaddendum",
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="documents.documentsignature",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.sealkey"
                    ),
                ),
            ],
            options={
                "db_table": "document_seals",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("addendum__isnull", True), ("signature__isnull", False)),
                            models.Q(("addendum__isnull", False), ("signature__isnull", True)),
                            _connector="OR",
                        ),
                        name="document_seals_of_one",
                    )
                ],
            },
        ),
        migrations.RunSQL(*append_only("document_seals")),
        migrations.RunSQL(KEYS_STAY, KEYS_STAY_NO_MORE),
        migrations.RunSQL(DROP_WAITING + _waiting(*MORE), DROP_WAITING + _waiting()),
    ]
