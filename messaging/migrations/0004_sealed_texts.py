"""What colleagues write to each other is sealed by the application."""

from django.db import migrations

from mentalspace.core.crypto.migrating import SealColumns


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_words_stay"), ("core", "0004_data_keys")]

    operations = [
        SealColumns(
            "messages",
            scope="(SELECT h.client_id FROM message_threads h WHERE h.id = t.thread_id)",
            texts=["content"],
        ),
    ]
