"""Events say which page it was and whose names were on it; each search of the log has an index, newest first."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import mentalspace.core.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_data_keys_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="auditevent",
            name="audit_client_at",
        ),
        migrations.AddField(
            model_name="auditevent",
            name="clients",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="page",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="at",
            field=models.DateTimeField(default=mentalspace.core.clock.now),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="verb",
            field=models.CharField(max_length=60),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["-at", "-id"], name="audit_at"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["client_id", "-at", "-id"], name="audit_client_at"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["actor", "-at", "-id"], name="audit_actor_at"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["verb", "-at", "-id"], name="audit_verb_at"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("outcome", "refused")), fields=["-at", "-id"], name="audit_refused_at"
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["request_id"], name="audit_request"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=django.contrib.postgres.indexes.GinIndex(fields=["clients"], name="audit_clients"),
        ),
    ]
