"""Whether the records can be opened at all: asked before the server starts, by its health check and by `doctor`."""

from collections.abc import Iterator

from mentalspace.core.crypto import data_keys, key_file
from mentalspace.core.crypto.errors import CannotOpen, MasterKeyUnavailable
from mentalspace.core.models import DataKey


def key_file_reasons() -> Iterator[str]:
    """What is wrong with the key file; nothing when it can be used."""
    try:
        key_file.master_keys()
    except MasterKeyUnavailable as error:
        yield str(error)


def data_key_reasons() -> Iterator[str]:
    """Whether a key file fits this database: it has every name that is used, and opens one key under each.

    Of a file that cannot be used at all, `key_file_reasons` tells.
    """
    if any(key_file_reasons()):
        return
    try:
        for name in DataKey.objects.order_by().values_list("master_key", flat=True).distinct():
            key_file.master_keys().key(name)
            row = DataKey.objects.filter(master_key=name).first()
            if row is not None:
                data_keys.unwrap(row)
    except MasterKeyUnavailable as error:
        yield str(error)
    except CannotOpen:
        yield "The key file does not open this database's keys: it belongs to another database, or was changed."
