"""A lead may come from a request of the booking page."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0005_sealed_texts"),
        ("scheduling", "0015_booking_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="booking_request",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                help_text="With which they asked for a time on the booking page.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lead",
                to="scheduling.bookingrequest",
            ),
        ),
    ]
