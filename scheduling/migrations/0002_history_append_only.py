"""The history of an appointment is only ever added to."""

from django.db import migrations

from mentalspace.core.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial")]

    operations = [migrations.RunSQL(*append_only("appointment_events"))]
