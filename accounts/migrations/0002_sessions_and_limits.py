"""Sessions and tries of the application's own, and the cache that all workers share.

Sessions begun before are ended by it: their keys stand in clear in the old table.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mentalspace.core.clock

CACHE = """
CREATE TABLE cache_entries (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX cache_entries_expires ON cache_entries (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Budget",
            fields=[
                (
                    "key",
                    models.CharField(
                        help_text="Keyed hash of what is limited and for whom.",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("spent", models.PositiveIntegerField(default=0)),
                ("ends_at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "sign_in_budgets"},
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "session_key",
                    models.CharField(
                        help_text="SHA-256 of the cookie, in hex.",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "device",
                    models.CharField(
                        blank=True, help_text="Browser and system, as the browser says.", max_length=100
                    ),
                ),
                ("address", models.GenericIPAddressField(blank=True, null=True)),
                ("started_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                ("last_used_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "sessions"},
        ),
        migrations.RunSQL(CACHE, "DROP TABLE cache_entries"),
        migrations.RunSQL("DELETE FROM django_session", migrations.RunSQL.noop),
    ]
