"""A member's series of a group may go on as further rows: other terms from one session on, for all members."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0015_booking_requests"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="series", name="appointment_series_member_once"),
        migrations.AddConstraint(
            model_name="series",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("ended_at__isnull", True), ("group__isnull", False)),
                expressions=[("group", "="), ("client", "="), ("origin", "<>")],
                name="appointment_series_member_once",
            ),
        ),
    ]
