"""Alerts of unusual reading, and what administrators found about them: rows that are only ever added."""

import django.db.models.deletion
import mentalspace.core.clock
from django.conf import settings
from django.db import migrations, models

from mentalspace.core.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_audit_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditAlert",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                ("client_id", models.UUIDField(blank=True, null=True)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                ("raised_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "audit_alerts",
            },
        ),
        migrations.CreateModel(
            name="AuditAlertReview",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=mentalspace.core.clock.now)),
                ("note", models.CharField(max_length=500)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="core.auditalert",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "audit_alert_reviews",
            },
        ),
        migrations.AddIndex(
            model_name="auditalert",
            index=models.Index(fields=["-raised_at"], name="audit_alerts_raised"),
        ),
        migrations.AddConstraint(
            model_name="auditalert",
            constraint=models.UniqueConstraint(
                fields=("kind", "actor", "since", "client_id"), name="audit_alerts_once", nulls_distinct=False
            ),
        ),
        migrations.RunSQL(*append_only("audit_alerts")),
        migrations.RunSQL(*append_only("audit_alert_reviews")),
    ]
