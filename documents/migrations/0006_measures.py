"""Answered questionnaires, responses to risk answers, and links to questionnaires; the database keeps what was entered."""

import django.contrib.postgres.fields
import django.db.models.deletion
import mentalspace.core.clock
import uuid
from django.db import migrations, models

from mentalspace.core.immutable import append_only


# A measure stays as it was entered; it is marked as entered in error once, and never deleted.
MEASURES_STAY = """
    CREATE TRIGGER measures_no_change BEFORE UPDATE ON measures
        FOR EACH ROW WHEN (
            OLD.voided_at IS NOT NULL
            OR (OLD.client_id, OLD.instrument, OLD.version, OLD.taken_on, OLD.answers, OLD.result, OLD.raises_risk,
                OLD.entered_by_id, OLD.link_id)
                IS DISTINCT FROM
                (NEW.client_id, NEW.instrument, NEW.version, NEW.taken_on, NEW.answers, NEW.result, NEW.raises_risk,
                NEW.entered_by_id, NEW.link_id)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER measures_no_delete BEFORE DELETE ON measures
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER measures_no_truncate BEFORE TRUNCATE ON measures
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
MEASURES_STAY_NO_MORE = """
    DROP TRIGGER measures_no_change ON measures;
    DROP TRIGGER measures_no_delete ON measures;
    DROP TRIGGER measures_no_truncate ON measures;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_reminder_hours"),
        ("documents", "0005_seals"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeasureLink",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "instruments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        help_text="Keys, in the order they are asked in.",
                        size=None,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField(help_text="From then on it no longer works.")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measure_links",
                        to="clients.client",
                    ),
                ),
                (
                    "sent_by",
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
                "verbose_name": "link to questionnaires",
                "verbose_name_plural": "links to questionnaires",
                "db_table": "measure_links",
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("instrument", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "taken_on",
                    models.DateField(
                        help_text="The day on which it was answered, on the practice's calendar."
                    ),
                ),
                ("answers", models.JSONField()),
                ("result", models.JSONField()),
                ("raises_risk", models.BooleanField(default=False)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.TextField(blank=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="clients.client",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.staff",
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
                (
                    "link",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="documents.measurelink",
                    ),
                ),
            ],
            options={
                "db_table": "measures",
            },
        ),
        migrations.CreateModel(
            name="RiskResponse",
            fields=[
                (
                    "measure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="response",
                        serialize=False,
                        to="documents.measure",
                    ),
                ),
                ("content", models.TextField()),
                ("printed_name", models.CharField(max_length=255)),
                ("license", models.CharField(blank=True, max_length=140, verbose_name="license")),
                ("signed_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                ("digest", models.CharField(max_length=64)),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staff"
                    ),
                ),
            ],
            options={
                "verbose_name": "response to a risk answer",
                "verbose_name_plural": "responses to risk answers",
                "db_table": "measure_risk_responses",
            },
        ),
        migrations.AddIndex(
            model_name="measurelink",
            index=models.Index(fields=["client", "-created_at"], name="measure_links_client"),
        ),
        migrations.AddConstraint(
            model_name="measurelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"
                ),
                name="measure_links_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("instruments__len__gte", 1)), name="measure_links_ask_something"
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["client", "instrument", "taken_on"], name="measures_client_course"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("raises_risk", True)), fields=["created_at"], name="measures_risk"
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entered_by__isnull", True), ("link__isnull", False)),
                    models.Q(("entered_by__isnull", False), ("link__isnull", True)),
                    _connector="OR",
                ),
                name="measures_by_staff_or_link",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
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
                name="measures_voided_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(fields=("link", "instrument"), name="measures_once_by_link"),
        ),
        migrations.RunSQL(MEASURES_STAY, MEASURES_STAY_NO_MORE),
        migrations.RunSQL(*append_only("measure_risk_responses")),
    ]
