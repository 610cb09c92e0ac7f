"""Signed notes that supervisors read. Once one is ticked off, its row stays as it is."""

import django.db.models.deletion
from django.db import migrations, models

from mentalspace.core.immutable import frozen_when


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0012_snippets"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_on", models.DateField(help_text="Last day to read it without being overdue.")),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reading",
                        to="documents.document",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.staff",
                    ),
                ),
            ],
            options={
                "verbose_name": "note to be read",
                "verbose_name_plural": "notes to be read",
                "db_table": "document_readings",
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["document"],
                        name="document_readings_unread",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("read_at__isnull", True), ("read_by__isnull", True)),
                            models.Q(("read_at__isnull", False), ("read_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="document_readings_by_whom",
                    )
                ],
            },
        ),
        migrations.RunSQL(*frozen_when("document_readings", "OLD.read_at IS NOT NULL")),
    ]
