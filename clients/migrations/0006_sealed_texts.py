"""What people tell their therapist is sealed by the application; longer columns hold what is sealed."""

from django.db import migrations, models

from mentalspace.core.crypto.migrating import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_plain_names"),
        ("core", "0004_data_keys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="careteammember",
            name="end_reason",
            field=models.TextField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="clientflag",
            name="note",
            field=models.TextField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name="clientflag",
            name="resolution",
            field=models.TextField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name="clientstatuschange",
            name="id",
            field=models.BigAutoField(primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="clientstatuschange",
            name="reason",
            field=models.TextField(max_length=300),
        ),
        SealColumns("client_profiles", scope="t.client_id", objects=["medical_history", "custom_fields"]),
        SealColumns("client_care_team", scope="t.client_id", texts=["end_reason"]),
        SealColumns("client_flags", scope="t.client_id", texts=["note", "resolution"]),
        SealColumns("client_status_changes", scope="t.client_id", texts=["reason"]),
    ]
