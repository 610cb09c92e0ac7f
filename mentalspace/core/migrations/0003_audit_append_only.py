"""Audit events can be added and read, and nothing else."""

from django.db import migrations

from mentalspace.core.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("core", "0002_initial")]

    operations = [migrations.RunSQL(*append_only("audit_events"))]
