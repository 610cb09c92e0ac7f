"""Changing the master key while the application runs: each data key is wrapped anew; no record is touched.

Values are sealed by data keys, so signed documents and other rows that the database keeps from changing stay as they
are. A batch is one short transaction and leaves nothing half done: whoever stops in between simply begins again.
"""

from collections.abc import Generator

from django.db import transaction
from django.db.models import Count

from mentalspace.core import clock
from mentalspace.core.crypto import data_keys, key_file
from mentalspace.core.models import DataKey

BATCH = 200


def rows_by_master_key() -> dict[str, int]:
    """How many data keys each master key protects, by name, in the order of the key file; unknown names last."""
    counted = dict(
        DataKey.objects.order_by()
        .values_list("master_key")
        .annotate(rows=Count("pk"))
        .values_list("master_key", "rows")
    )
    in_file = {name: counted.pop(name, 0) for name in key_file.master_keys().names}
    return {**in_file, **dict(sorted(counted.items()))}


def waiting() -> int:
    """How many data keys are not yet under the current master key."""
    return DataKey.objects.exclude(master_key=key_file.master_keys().current).count()


def rotate(batch: int = BATCH) -> Generator[int, None, None]:
    """Wrap all data keys under the current master key; yields after each batch how many it did.

    Raises MasterKeyUnavailable when an old master key is not in the file, and CannotOpen for a row that was changed.
    """
    while True:
        with transaction.atomic():
            # A row that another run holds at this moment is left to it, and looked at again by the next round.
            rows = list(
                DataKey.objects.exclude(master_key=key_file.master_keys().current)
                .select_for_update(skip_locked=True)
                .order_by("pk")[:batch]
            )
            for row in rows:
                data_keys.wrap(row, data_keys.unwrap(row))
                row.rotated_at = clock.now()
            DataKey.objects.bulk_update(rows, ["wrapped", "master_key", "rotated_at"])
        if not rows:
            return
        yield len(rows)
