"""Where the bytes are: in Django's storage, sealed with the client's key, under random names that are used once."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.core.files.storage import default_storage

from documents.files.contents import Content
from documents.files.models import FileVersion
from mentalspace.core import clock
from mentalspace.core.crypto.data_keys import Scope
from mentalspace.core.crypto.storage import OwnedContent

FOLDER = "client-files"
SMALL = "-small"
# Longer than any request: what has no row by then is left from one that was cut off.
ABANDONED_AFTER = timedelta(days=1)


@contextmanager
def kept(client_id: UUID, contents: list[Content]) -> Iterator[list[str]]:
    """The names under which they are stored, in their order; nothing stays where what follows fails."""
    names: list[str] = []
    try:
        for content in contents:
            token = secrets.token_hex(16)
            names.append(f"{FOLDER}/{token[:2]}/{token}")
            _save(names[-1], content.data, client_id)
            if content.small:
                _save(names[-1] + SMALL, content.small, client_id)
        yield names
    except BaseException:
        for name in names:
            _delete(name)
        raise


def read(version: FileVersion) -> bytes:
    """What was kept. Raises FileNotFoundError where the storage has lost it, CannotOpen where it was changed."""
    with default_storage.open(version.stored_as) as file:
        return bytes(file.read())


def is_there(version: FileVersion) -> bool:
    """Has the storage what was kept?"""
    return default_storage.exists(version.stored_as)


def read_small(version: FileVersion) -> bytes:
    """The picture of its first page; nothing where there is none."""
    try:
        with default_storage.open(version.stored_as + SMALL) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return b""


def stored() -> Iterator[str]:
    """The names of everything that is kept, without the small pictures."""
    for folder in _listed(FOLDER)[0]:
        for name in _listed(f"{FOLDER}/{folder}")[1]:
            if not name.endswith(SMALL):
                yield f"{FOLDER}/{folder}/{name}"


def sweep() -> int:
    """Delete what uploads that were cut off left behind; says how many. May be run at any time, also twice."""
    before = clock.now() - ABANDONED_AFTER
    old = [name for name in stored() if default_storage.get_modified_time(name) < before]
    known = set(FileVersion.objects.filter(stored_as__in=old).values_list("stored_as", flat=True))
    abandoned = [name for name in old if name not in known]
    for name in abandoned:
        _delete(name)
    return len(abandoned)


def _save(name: str, data: bytes, client_id: UUID) -> None:
    default_storage.save(name, OwnedContent(data, Scope("client", client_id)))


def _delete(name: str) -> None:
    default_storage.delete(name)
    default_storage.delete(name + SMALL)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
