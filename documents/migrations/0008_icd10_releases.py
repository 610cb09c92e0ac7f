"""Releases of ICD-10-CM, which never change once loaded; `documents.icd10.releases` loads the shipped one."""

import mentalspace.core.clock
from django.db import migrations, models

from mentalspace.core.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0007_forms"),
        ("core", "0001_database"),
    ]

    operations = [
        migrations.CreateModel(
            name="Icd10Release",
            fields=[
                (
                    "valid_from",
                    models.DateField(
                        help_text="The first day on which its codes are valid.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "valid_until",
                    models.DateField(help_text="The last day, unless a later release begins before."),
                ),
                (
                    "source",
                    models.CharField(help_text="The publisher’s file it was read from.", max_length=255),
                ),
                ("codes", models.BinaryField(help_text="Lines of text, by zlib.")),
                ("size", models.PositiveIntegerField(help_text="How many codes.")),
                ("loaded_at", models.DateTimeField(default=mentalspace.core.clock.now)),
            ],
            options={
                "verbose_name": "ICD-10-CM release",
                "db_table": "icd10_releases",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="icd10_releases_in_order",
                    )
                ],
            },
        ),
        migrations.RunSQL(*append_only("icd10_releases")),
    ]
