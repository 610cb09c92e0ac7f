"""Rooms, in each of which one session takes place at a time."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import mentalspace.core.clock
import scheduling.models
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0009_member_ids"),
        ("scheduling", "0009_overbooking"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=60)),
                (
                    "place",
                    models.CharField(
                        blank=True,
                        help_text="Which office or floor, where there are several.",
                        max_length=120,
                    ),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="How many clients it takes; empty for any number.", null=True
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "db_table": "rooms",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        django.db.models.functions.text.Lower("place"),
                        name="rooms_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__isnull", True), ("capacity__gte", 1), _connector="OR"),
                        name="rooms_capacity_positive",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="room",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="scheduling.room",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("overbooked", False),
                    ("room__isnull", False),
                    ("status__in", ["checked_in", "completed", "confirmed", "in_session", "scheduled"]),
                ),
                expressions=[
                    ("room", "="),
                    (
                        scheduling.models.TimeRange(
                            models.F("start_time"), models.F("end_time"), models.Value("[)")
                        ),
                        "&&",
                    ),
                    (django.db.models.functions.comparison.Coalesce("group_session", "id"), "<>"),
                ],
                name="appointments_room_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("room__isnull", True), ("location", "office"), _connector="OR"),
                name="appointments_room_in_office",
            ),
        ),
    ]
