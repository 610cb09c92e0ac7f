"""A converted lead stays as it was, and so does what was done about it."""

from django.db import migrations

from mentalspace.core.immutable import append_only, frozen_when


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial"), ("core", "0001_database")]

    operations = [
        migrations.RunSQL(*frozen_when("crm_leads", "OLD.converted_to_client")),
        migrations.RunSQL(*append_only("crm_lead_activities")),
    ]
