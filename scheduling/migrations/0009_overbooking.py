"""An overbooked appointment may stand beside others of its clinician, with a reason; never beside its client’s."""

import django.contrib.postgres.constraints
import django.db.models.functions.comparison
import scheduling.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0009_member_ids"),
        ("scheduling", "0008_series"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appointment",
            name="appointments_clinician_once",
        ),
        migrations.AddField(
            model_name="appointment",
            name="overbook_reason",
            field=models.TextField(
                blank=True, editable=False, max_length=300, verbose_name="reason for overbooking"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="overbooked",
            field=models.BooleanField(
                default=False, editable=False, help_text="May stand beside others of its clinician."
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("overbook_reason", ""), ("overbooked", False)),
                    models.Q(("overbooked", True), models.Q(("overbook_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="appointments_overbooked_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("overbooked", False),
                    ("status__in", ["checked_in", "completed", "confirmed", "in_session", "scheduled"]),
                ),
                expressions=[
                    ("staff", "="),
                    (
                        scheduling.models.TimeRange(
                            models.F("start_time"), models.F("end_time"), models.Value("[)")
                        ),
                        "&&",
                    ),
                    (django.db.models.functions.comparison.Coalesce("group_session", "id"), "<>"),
                ],
                name="appointments_clinician_once",
            ),
        ),
    ]
