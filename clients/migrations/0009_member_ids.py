"""Member numbers of insurances are looked up over a keyed index; the numbers of rows written before come into it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from clients.member_ids import digests
from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.parts import part_place
from mentalspace.core.crypto.sealing import Envelope, is_envelope

BATCH = 500


def fill(apps, schema_editor):
    """Read each sealed number once, with the key of its client."""
    profiles = apps.get_model("clients", "ClientProfile").objects.exclude(insurance_info=[])
    changed = []
    for profile in profiles.only("pk", "insurance_info").iterator(BATCH):
        coverages = enumerate(profile.insurance_info)
        profile.member_ids = digests(plain(profile.pk, *coverage) for coverage in coverages)
        changed.append(profile)
        if len(changed) == BATCH:
            profiles.bulk_update(changed, ["member_ids"])
            changed.clear()
    profiles.bulk_update(changed, ["member_ids"])


def plain(pk, place, coverage):
    """The member number of one coverage."""
    number = coverage.get("policy_number") or ""
    if not is_envelope(number):
        return number
    bound_to = part_place("client_profiles", "insurance_info", pk, place, "policy_number")
    return data_keys.unseal_envelope(Envelope.read(number), bound_to).decode()


class Migration(migrations.Migration):
    dependencies = [("clients", "0008_emergency_accesses")]

    operations = [
        migrations.AddField(
            model_name="clientprofile",
            name="member_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=32),
                default=list,
                editable=False,
                help_text="Keyed digests of the insurances' member numbers, to look one up.",
                size=None,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="clientprofile",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["member_ids"], name="client_profiles_member_ids"
            ),
        ),
    ]
