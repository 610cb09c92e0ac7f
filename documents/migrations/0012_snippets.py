"""Texts that clinicians keep to insert while writing."""

import django.db.models.deletion
import django.db.models.functions.text
import mentalspace.core.clock
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0011_plans"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snippet",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=40)),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        help_text="The key of the question it is offered in; empty for any.",
                        max_length=60,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "staff",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose it is; empty in what the practice shares.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.staff",
                    ),
                ),
            ],
            options={
                "verbose_name": "kept text",
                "db_table": "snippets",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("staff"),
                        django.db.models.functions.text.Lower("name"),
                        name="snippets_name",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
