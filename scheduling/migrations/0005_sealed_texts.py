"""What people tell their therapist is sealed by the application; longer columns hold what is sealed."""

from django.db import migrations, models

from mentalspace.core.crypto.migrating import SealColumns


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0004_reminders"),
        ("core", "0004_data_keys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="cancel_note",
            field=models.TextField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name="appointmentevent",
            name="detail",
            field=models.TextField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name="appointmentevent",
            name="id",
            field=models.BigAutoField(primary_key=True, serialize=False),
        ),
        SealColumns("appointments", scope="t.client_id", texts=["notes", "cancel_note"]),
        SealColumns(
            "appointment_events",
            scope="(SELECT a.client_id FROM appointments a WHERE a.id = t.appointment_id)",
            texts=["detail"],
        ),
    ]
