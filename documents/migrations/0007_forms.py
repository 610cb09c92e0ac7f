"""Forms in the database; `documents.designs.shipping` fills them after each migration. More types of documents."""

import django.db.models.deletion
import mentalspace.core.clock
import uuid
from django.conf import settings
from django.db import migrations, models

# What was published stays: only which version is in use changes. Drafts are nobody's yet.
PUBLISHED_STAYS = """
    CREATE TRIGGER form_versions_no_change BEFORE UPDATE ON form_versions
        FOR EACH ROW WHEN (
            OLD.state <> 'draft' AND (
                NEW.state = 'draft'
                OR (OLD.id, OLD.key, OLD.number, OLD.definition, OLD.shipped, OLD.published_at, OLD.published_by_id)
                    IS DISTINCT FROM
                    (NEW.id, NEW.key, NEW.number, NEW.definition, NEW.shipped, NEW.published_at, NEW.published_by_id)
            )
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER form_versions_no_delete BEFORE DELETE ON form_versions
        FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER form_versions_no_truncate BEFORE TRUNCATE ON form_versions
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
PUBLISHED_STAYS_NO_MORE = """
    DROP TRIGGER form_versions_no_change ON form_versions;
    DROP TRIGGER form_versions_no_delete ON form_versions;
    DROP TRIGGER form_versions_no_truncate ON form_versions;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0006_measures"),
        ("core", "0001_database"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("key", models.CharField(max_length=60)),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="The version, which documents keep beside the key."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "In use"), ("retired", "Retired")],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("definition", models.JSONField()),
                (
                    "position",
                    models.PositiveIntegerField(
                        help_text="Its place in menus; the same in all versions of a form."
                    ),
                ),
                (
                    "shipped",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="The version as it comes with the project; empty in the practice’s own.",
                        null=True,
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1, editable=False, help_text="Grows with every save."
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a form",
                "verbose_name_plural": "versions of forms",
                "db_table": "form_versions",
            },
        ),
        migrations.RemoveConstraint(
            model_name="document",
            name="documents_type_known",
        ),
        migrations.AlterField(
            model_name="document",
            name="type",
            field=models.CharField(
                choices=[
                    ("progress_note", "Progress note"),
                    ("intake", "Intake assessment"),
                    ("treatment_plan", "Treatment plan"),
                    ("contact_note", "Contact note"),
                    ("missed_note", "Missed or cancelled session"),
                    ("discharge_summary", "Discharge summary"),
                    ("safety_plan", "Safety plan"),
                    ("consultation", "Consultation"),
                    ("collateral_contact", "Collateral contact"),
                    ("supervision_note", "Supervision note"),
                    ("billing_note", "Billing note"),
                    ("free", "Document"),
                ],
                max_length=50,
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
                        [
                            "billing_note",
                            "collateral_contact",
                            "consultation",
                            "contact_note",
                            "discharge_summary",
                            "free",
                            "intake",
                            "missed_note",
                            "progress_note",
                            "safety_plan",
                            "supervision_note",
                            "treatment_plan",
                        ],
                    )
                ),
                name="documents_type_known",
            ),
        ),
        migrations.AddField(
            model_name="formversion",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published", "retired"])),
                name="form_versions_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.UniqueConstraint(fields=("key", "number"), name="form_versions_number"),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.UniqueConstraint(fields=("key", "shipped"), name="form_versions_shipped_once"),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "published")), fields=("key",), name="form_versions_one_in_use"
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")), fields=("key",), name="form_versions_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="form_versions_published_when",
            ),
        ),
        migrations.RunSQL(PUBLISHED_STAYS, PUBLISHED_STAYS_NO_MORE),
    ]
