"""Reading a chart in an emergency. What was begun stays, and so do its end and its review once they are written."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import uuid
from django.conf import settings
from django.db import migrations, models

# Django's constraints cannot ask a sealed column anything; the database may ask whether it is empty. Rows are never
# removed. Every column is written once: with the row, with its end, or with its review.
KEEP = """
ALTER TABLE emergency_accesses ADD CONSTRAINT emergency_accesses_has_reason CHECK (reason <> '');
ALTER TABLE emergency_accesses ADD CONSTRAINT emergency_accesses_note_of_review
    CHECK (note = '' OR reviewed_at IS NOT NULL);
CREATE TRIGGER emergency_accesses_no_change BEFORE UPDATE ON emergency_accesses
    FOR EACH ROW WHEN (
        (OLD.id, OLD.client_id, OLD.user_id, OLD.reason, OLD.began_at, OLD.ends_at)
            IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.user_id, NEW.reason, NEW.began_at, NEW.ends_at)
        OR OLD.ended_at IS NOT NULL
            AND (OLD.ended_at, OLD.ended_by_id) IS DISTINCT FROM (NEW.ended_at, NEW.ended_by_id)
        OR OLD.reviewed_at IS NOT NULL
            AND (OLD.reviewed_at, OLD.reviewed_by_id, OLD.verdict, OLD.note)
                IS DISTINCT FROM (NEW.reviewed_at, NEW.reviewed_by_id, NEW.verdict, NEW.note)
    ) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER emergency_accesses_no_delete BEFORE DELETE ON emergency_accesses
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER emergency_accesses_no_truncate BEFORE TRUNCATE ON emergency_accesses
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
LET_GO = """
ALTER TABLE emergency_accesses DROP CONSTRAINT emergency_accesses_note_of_review;
ALTER TABLE emergency_accesses DROP CONSTRAINT emergency_accesses_has_reason;
DROP TRIGGER emergency_accesses_no_truncate ON emergency_accesses;
DROP TRIGGER emergency_accesses_no_delete ON emergency_accesses;
DROP TRIGGER emergency_accesses_no_change ON emergency_accesses;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0007_sealed_member_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EmergencyAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reason", models.TextField(max_length=500)),
                ("began_at", models.DateTimeField(db_index=True)),
                ("ends_at", models.DateTimeField(help_text="When the time given is over.")),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, help_text="When it was ended before that.", null=True),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("appropriate", "Appropriate"), ("not_appropriate", "Not appropriate")],
                        max_length=20,
                    ),
                ),
                ("note", models.TextField(blank=True, help_text="What the review found.", max_length=500)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emergency_accesses",
                        to="clients.client",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "emergency access",
                "verbose_name_plural": "emergency accesses",
                "db_table": "emergency_accesses",
                "indexes": [
                    models.Index(fields=["user", "client", "ends_at"], name="emergency_accesses_of_user"),
                    models.Index(
                        condition=models.Q(("reviewed_at__isnull", True)),
                        fields=["began_at"],
                        name="emergency_accesses_unreviewed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("began_at"))),
                        name="emergency_accesses_ends_after_beginning",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(
                                ("ended_at__gte", models.F("began_at")),
                                ("ended_at__lte", models.F("ends_at")),
                                ("ended_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="emergency_accesses_ended_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reviewed_at__isnull", True), ("reviewed_by__isnull", True), ("verdict", "")
                            ),
                            models.Q(
                                (
                                    "reviewed_at__gte",
                                    django.db.models.functions.comparison.Coalesce("ended_at", "ends_at"),
                                ),
                                ("reviewed_by__isnull", False),
                                ("verdict__in", ["appropriate", "not_appropriate"]),
                            ),
                            _connector="OR",
                        ),
                        name="emergency_accesses_reviewed_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("user")), _negated=True),
                            _connector="OR",
                        ),
                        name="emergency_accesses_not_reviewed_by_self",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("user", "="),
                            (
                                models.Func(
                                    "began_at",
                                    django.db.models.functions.comparison.Coalesce("ended_at", "ends_at"),
                                    function="TSTZRANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="emergency_accesses_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
