"""Files of charts and their versions; the database keeps both."""

import django.db.models.deletion
import mentalspace.core.clock
import uuid
from django.db import migrations, models

from mentalspace.core.immutable import append_only

# A file's label may be mended until it is marked as entered in error; whose it is never changes, and nothing is deleted.
FILES_STAY = """
    CREATE TRIGGER client_files_no_change BEFORE UPDATE ON client_files
        FOR EACH ROW WHEN (
            OLD.voided_at IS NOT NULL
            OR (OLD.client_id, OLD.added_by_id, OLD.created_at)
                IS DISTINCT FROM (NEW.client_id, NEW.added_by_id, NEW.created_at)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER client_files_no_delete BEFORE DELETE ON client_files
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER client_files_no_truncate BEFORE TRUNCATE ON client_files
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
FILES_STAY_NO_MORE = """
    DROP TRIGGER client_files_no_change ON client_files;
    DROP TRIGGER client_files_no_delete ON client_files;
    DROP TRIGGER client_files_no_truncate ON client_files;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_reminder_hours"),
        ("documents", "0013_notes_to_read"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("insurance_card", "Insurance card"),
                            ("identification", "Photo ID"),
                            ("signed_form", "Signed paper form"),
                            ("financial", "Proof of income, fee agreement"),
                            ("letter", "Letter"),
                            ("referral", "Referral"),
                            ("lab", "Lab result"),
                            ("previous_records", "Records from elsewhere"),
                            ("testing", "Test or questionnaire on paper"),
                            ("court", "Court paper"),
                            ("school", "School paper"),
                            ("art", "Client’s drawing or writing"),
                            ("photo", "Photo"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("title", models.TextField(max_length=160)),
                (
                    "dated_on",
                    models.DateField(
                        blank=True,
                        help_text="The day that stands on it, where one does.",
                        null=True,
                        verbose_name="date of the paper",
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.TextField(blank=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staff"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="clients.client"
                    ),
                ),
                (
                    "voided_by",
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
                "verbose_name": "file of a chart",
                "verbose_name_plural": "files of charts",
                "db_table": "client_files",
            },
        ),
        migrations.CreateModel(
            name="FileVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("stored_as", models.CharField(editable=False, max_length=80, unique=True)),
                ("name", models.TextField(blank=True, max_length=255, verbose_name="name it came with")),
                (
                    "content_type",
                    models.CharField(
                        choices=[
                            ("application/pdf", "PDF"),
                            ("image/jpeg", "JPEG picture"),
                            ("image/png", "PNG picture"),
                            ("image/webp", "WebP picture"),
                            ("text/plain", "Text"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("chosen", "Scanned or received"),
                            ("photographed", "Photographed"),
                            ("typed", "Typed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("pages", models.PositiveSmallIntegerField(default=1)),
                ("digest", models.CharField(max_length=64)),
                ("sent_digest", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staff"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="documents.clientfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a file",
                "verbose_name_plural": "versions of files",
                "db_table": "client_file_versions",
            },
        ),
        migrations.AddIndex(
            model_name="clientfile",
            index=models.Index(fields=["client", "-created_at"], name="client_files_client"),
        ),
        migrations.AddConstraint(
            model_name="clientfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "art",
                            "court",
                            "financial",
                            "identification",
                            "insurance_card",
                            "lab",
                            "letter",
                            "other",
                            "photo",
                            "previous_records",
                            "referral",
                            "school",
                            "signed_form",
                            "testing",
                        ],
                    )
                ),
                name="client_files_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("void_reason", ""), ("voided_at__isnull", True), ("voided_by__isnull", True)),
                    models.Q(
                        ("voided_at__isnull", False),
                        ("voided_by__isnull", False),
                        models.Q(("void_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="client_files_voided_with_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="fileversion",
            index=models.Index(fields=["sent_digest"], name="client_file_versions_sent"),
        ),
        migrations.AddConstraint(
            model_name="fileversion",
            constraint=models.UniqueConstraint(fields=("file", "number"), name="client_file_versions_number"),
        ),
        migrations.AddConstraint(
            model_name="fileversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "content_type__in",
                        ["application/pdf", "image/jpeg", "image/png", "image/webp", "text/plain"],
                    )
                ),
                name="client_file_versions_content_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="fileversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["chosen", "photographed", "typed"])),
                name="client_file_versions_origin_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="fileversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("pages__gte", 1), ("size__gte", 1)),
                name="client_file_versions_something",
            ),
        ),
        migrations.RunSQL(FILES_STAY, FILES_STAY_NO_MORE),
        migrations.RunSQL(*append_only("client_file_versions")),
    ]
