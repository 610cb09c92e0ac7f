"""What people tell their therapist is sealed by the application; longer columns hold what is sealed."""

from django.db import migrations, models

from mentalspace.core.crypto.migrating import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0004_stages_append_only"),
        ("core", "0004_data_keys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="leadactivity",
            name="id",
            field=models.BigAutoField(primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="leadactivity",
            name="note",
            field=models.TextField(blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name="leadstatuschange",
            name="id",
            field=models.BigAutoField(primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="leadstatuschange",
            name="note",
            field=models.TextField(blank=True, max_length=300),
        ),
        SealColumns("crm_leads", scope="t.id", kind="lead", texts=["notes"]),
        SealColumns("crm_lead_activities", scope="t.lead_id", kind="lead", texts=["note"]),
        SealColumns("crm_lead_status_changes", scope="t.lead_id", kind="lead", texts=["note"]),
    ]
