"""What people tell their therapist is sealed by the application; longer columns hold what is sealed."""

from django.db import migrations, models

from mentalspace.core.crypto.migrating import SealColumns


OF_THE_DOCUMENT = "(SELECT d.client_id FROM documents d WHERE d.id = t.document_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_title_search"),
        ("core", "0004_data_keys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="documentreview",
            name="id",
            field=models.BigAutoField(primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="unlockrequest",
            name="id",
            field=models.BigAutoField(primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="unlockrequest",
            name="reason",
            field=models.TextField(max_length=500),
        ),
        SealColumns("documents", scope="t.client_id", texts=["content"], objects=["answers"]),
        SealColumns("document_addenda", scope=OF_THE_DOCUMENT, texts=["content"]),
        SealColumns("document_reviews", scope=OF_THE_DOCUMENT, texts=["comment"]),
        SealColumns("document_unlock_requests", scope=OF_THE_DOCUMENT, texts=["reason"]),
    ]
