"""Versions that were returned, comments on sections, what was entered in error, and what was carried forward.

Versions and errors are only added; a comment is answered once. What was entered in error counts for nothing from then
on and never changes again: `in_error` is set by the row that says why, in the database, and by nothing else. A signed
document stays as it is but for that one bit.
"""

import django.db.models.deletion
import mentalspace.core.clock
from django.db import migrations, models

from mentalspace.core.immutable import append_only

SIGNED_STAYS_BUT_FOR_THE_ERROR = """
    DROP TRIGGER documents_no_change ON documents;
    CREATE TRIGGER documents_no_change BEFORE UPDATE ON documents
        FOR EACH ROW WHEN (
            OLD.in_error
            OR OLD.status = 'signed' AND (
                NOT NEW.in_error OR (to_jsonb(OLD) - 'in_error') IS DISTINCT FROM (to_jsonb(NEW) - 'in_error')
            )
        ) EXECUTE FUNCTION refuse_change();
"""
SIGNED_STAYS = """
    DROP TRIGGER documents_no_change ON documents;
    CREATE TRIGGER documents_no_change BEFORE UPDATE ON documents
        FOR EACH ROW WHEN (OLD.status = 'signed') EXECUTE FUNCTION refuse_change();
"""
ERRORS_COUNT = """
    CREATE FUNCTION document_error_counts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE documents SET in_error = true WHERE id = NEW.document_id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER document_errors_count AFTER INSERT ON document_errors
        FOR EACH ROW EXECUTE FUNCTION document_error_counts();
    CREATE FUNCTION document_error_has_reason() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM document_errors WHERE document_id = NEW.id) THEN
            RAISE EXCEPTION 'a document is marked as entered in error by a row of document_errors'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER documents_error_has_reason BEFORE UPDATE ON documents
        FOR EACH ROW WHEN (NEW.in_error) EXECUTE FUNCTION document_error_has_reason();
"""
ERRORS_COUNT_NO_MORE = """
    DROP TRIGGER documents_error_has_reason ON documents;
    DROP FUNCTION document_error_has_reason();
    DROP TRIGGER document_errors_count ON document_errors;
    DROP FUNCTION document_error_counts();
"""
COMMENTS_STAY = """
    CREATE TRIGGER document_comments_no_change BEFORE UPDATE ON document_comments
        FOR EACH ROW WHEN (
            OLD.answered_at IS NOT NULL
            OR (OLD.id, OLD.document_id, OLD.review_id, OLD.section, OLD.content)
                IS DISTINCT FROM (NEW.id, NEW.document_id, NEW.review_id, NEW.section, NEW.content)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER document_comments_no_delete BEFORE DELETE ON document_comments
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER document_comments_no_truncate BEFORE TRUNCATE ON document_comments
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
COMMENTS_STAY_NO_MORE = """
    DROP TRIGGER document_comments_no_change ON document_comments;
    DROP TRIGGER document_comments_no_delete ON document_comments;
    DROP TRIGGER document_comments_no_truncate ON document_comments;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0008_icd10_releases"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentComment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("section", models.CharField(help_text="The key of the section in the form.", max_length=60)),
                ("content", models.TextField()),
                ("answer", models.TextField(blank=True)),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, help_text="When the author signed again.", null=True),
                ),
            ],
            options={
                "verbose_name": "comment on a section",
                "verbose_name_plural": "comments on sections",
                "db_table": "document_comments",
            },
        ),
        migrations.CreateModel(
            name="DocumentError",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("marked_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                ("reason", models.TextField(max_length=500)),
            ],
            options={
                "verbose_name": "entry in error",
                "verbose_name_plural": "entries in error",
                "db_table": "document_errors",
            },
        ),
        migrations.CreateModel(
            name="DocumentVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=255)),
                ("content", models.TextField(blank=True)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("form_key", models.CharField(blank=True, max_length=60)),
                ("form_version", models.PositiveIntegerField(default=1)),
                ("signed_facts", models.JSONField(blank=True, default=list)),
            ],
            options={
                "verbose_name": "earlier version",
                "db_table": "document_versions",
            },
        ),
        migrations.RemoveConstraint(
            model_name="document",
            name="documents_one_per_appointment",
        ),
        migrations.AddField(
            model_name="document",
            name="carried",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Questions whose answer came from an earlier document and was not touched: key and its day.",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="in_error",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Entered in error: set by the database with the row that says why, and by nothing else.",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("in_error", False)),
                fields=("appointment", "type"),
                name="documents_one_per_appointment",
            ),
        ),
        migrations.AddField(
            model_name="documentcomment",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="documents.document"
            ),
        ),
        migrations.AddField(
            model_name="documentcomment",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="documents.documentreview",
            ),
        ),
        migrations.AddField(
            model_name="documenterror",
            name="document",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="error", to="documents.document"
            ),
        ),
        migrations.AddField(
            model_name="documenterror",
            name="marked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staff"
            ),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="documents.document"
            ),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="review",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="version",
                to="documents.documentreview",
            ),
        ),
        migrations.RunSQL(SIGNED_STAYS_BUT_FOR_THE_ERROR, SIGNED_STAYS),
        migrations.RunSQL(ERRORS_COUNT, ERRORS_COUNT_NO_MORE),
        migrations.RunSQL(COMMENTS_STAY, COMMENTS_STAY_NO_MORE),
        migrations.RunSQL(*append_only("document_versions")),
        migrations.RunSQL(*append_only("document_errors")),
    ]
