"""Member and group numbers of an insurance are sealed; the rest of a coverage stays, as the database asks for it."""

from django.db import migrations

from mentalspace.core.crypto.migrating import SealColumns


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_sealed_texts")]

    operations = [
        SealColumns(
            "client_profiles",
            scope="t.client_id",
            parts={"insurance_info": ("policy_number", "group_number")},
        )
    ]
