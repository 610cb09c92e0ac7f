"""The practice's own instruments; what was published stays."""

import django.db.models.deletion
import mentalspace.core.clock
import uuid
from django.conf import settings
from django.db import migrations, models


# What was published stays: only whether it is offered changes. Drafts are nobody's yet.
PUBLISHED_STAYS = """
    CREATE TRIGGER own_instruments_no_change BEFORE UPDATE ON own_instruments
        FOR EACH ROW WHEN (
            OLD.state <> 'draft' AND (
                NEW.state = 'draft'
                OR (OLD.id, OLD.key, OLD.number, OLD.definition, OLD.published_at, OLD.published_by_id)
                    IS DISTINCT FROM
                    (NEW.id, NEW.key, NEW.number, NEW.definition, NEW.published_at, NEW.published_by_id)
            )
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER own_instruments_no_delete BEFORE DELETE ON own_instruments
        FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER own_instruments_no_truncate BEFORE TRUNCATE ON own_instruments
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
PUBLISHED_STAYS_NO_MORE = """
    DROP TRIGGER own_instruments_no_change ON own_instruments;
    DROP TRIGGER own_instruments_no_delete ON own_instruments;
    DROP TRIGGER own_instruments_no_truncate ON own_instruments;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0015_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnInstrument",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("key", models.CharField(max_length=40)),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="The version, which measures keep beside the key."
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
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "instrument of the practice’s own",
                "verbose_name_plural": "instruments of the practice’s own",
                "db_table": "own_instruments",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "retired"])),
                        name="own_instruments_state_known",
                    ),
                    models.UniqueConstraint(fields=("key", "number"), name="own_instruments_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("key",),
                        name="own_instruments_one_in_use",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("key",),
                        name="own_instruments_one_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key__startswith", "own_")), name="own_instruments_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("state", "draft")),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True), ("published_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="own_instruments_published_when",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PUBLISHED_STAYS, PUBLISHED_STAYS_NO_MORE),
    ]
