"""The history of a client's status is only ever added to."""

from django.db import migrations

from mentalspace.core.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]

    operations = [migrations.RunSQL(*append_only("client_status_changes"))]
