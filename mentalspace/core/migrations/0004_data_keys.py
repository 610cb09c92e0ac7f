import uuid

from django.db import migrations, models

import mentalspace.core.clock


class Migration(migrations.Migration):
    dependencies = [("core", "0003_audit_append_only")]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=20)),
                ("scope", models.UUIDField()),
                ("wrapped", models.BinaryField(help_text="AES-256-GCM: nonce, ciphertext and tag.")),
                (
                    "master_key",
                    models.CharField(
                        help_text="Name of the key in the key file that opens it.", max_length=40
                    ),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                ("rotated_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"db_table": "data_keys"},
        ),
        migrations.AddIndex(
            model_name="datakey", index=models.Index(fields=["master_key"], name="data_keys_master_key")
        ),
        migrations.AddConstraint(
            model_name="datakey",
            constraint=models.UniqueConstraint(fields=("kind", "scope"), name="data_keys_scope_unique"),
        ),
    ]
