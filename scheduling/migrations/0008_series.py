import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import mentalspace.core.clock

TYPES = [
    ("intake", "Intake assessment"),
    ("individual", "Individual therapy"),
    ("couples", "Couples therapy"),
    ("family", "Family therapy"),
    ("group", "Group therapy"),
    ("medication", "Medication management"),
    ("consultation", "Consultation"),
    ("crisis", "Crisis intervention"),
    ("psychiatric", "Psychiatric evaluation"),
    ("other", "Other"),
]
LOCATIONS = [
    ("telehealth", "Telehealth"),
    ("office", "Office"),
    ("phone", "Phone"),
    ("home", "Home visit"),
    ("school", "School"),
    ("other", "Other"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0009_member_ids"),
        ("scheduling", "0007_reminder_answers"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "frequency",
                    models.CharField(choices=[("weekly", "Weeks"), ("monthly", "Months")], max_length=10),
                ),
                (
                    "every",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="Weeks or months from one to the next."
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), help_text="0 is Monday.", size=None
                    ),
                ),
                (
                    "place",
                    models.SmallIntegerField(
                        default=0,
                        help_text="Which such weekday of the month, -1 for the last; 0 where weeks are counted.",
                    ),
                ),
                ("starts_on", models.DateField(help_text="Weeks and months are counted from this day.")),
                (
                    "sessions",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="So many, or until a day.", null=True
                    ),
                ),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "wall_time",
                    models.TimeField(help_text="What the clocks of the time zone show at each start."),
                ),
                ("time_zone", models.CharField(max_length=60)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("type", models.CharField(choices=TYPES, default="individual", max_length=50)),
                ("location", models.CharField(choices=LOCATIONS, default="telehealth", max_length=100)),
                ("is_billable", models.BooleanField(default=True, verbose_name="billable")),
                ("billing_code", models.CharField(blank=True, max_length=20, verbose_name="service code")),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, help_text="When what was still to come was cancelled.", null=True
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="clients.client",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.staff",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="continuations",
                        to="scheduling.series",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="series", to="staff.staff"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "series",
                "db_table": "appointment_series",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("frequency__in", ["monthly", "weekly"])),
                        name="appointment_series_frequency_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("type__in", sorted(key for key, _ in TYPES))),
                        name="appointment_series_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("location__in", sorted(key for key, _ in LOCATIONS))),
                        name="appointment_series_location_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("every__gte", 1), ("minutes__gte", 1), ("place__gte", -1), ("place__lte", 4)
                        ),
                        name="appointment_series_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sessions__isnull", True), ("until__isnull", False)),
                            models.Q(("sessions__gte", 1), ("until__isnull", True)),
                            _connector="OR",
                        ),
                        name="appointment_series_one_end",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="scheduling.series",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="series_slot",
            field=models.DateTimeField(
                blank=True, help_text="When its series has it; moved by hand, it keeps this.", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("series__isnull", True), ("series_slot__isnull", True)),
                    models.Q(("series__isnull", False), ("series_slot__isnull", False)),
                    _connector="OR",
                ),
                name="appointments_series_with_slot",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "rescheduled"), _negated=True),
                fields=("series", "series_slot"),
                name="appointments_series_slot_once",
            ),
        ),
    ]
