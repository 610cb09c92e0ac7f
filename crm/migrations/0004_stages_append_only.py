"""The steps a lead took are only ever added."""

from django.db import migrations

from mentalspace.core.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("crm", "0003_stages_and_sources"), ("core", "0001_database")]

    operations = [migrations.RunSQL(*append_only("crm_lead_status_changes"))]
