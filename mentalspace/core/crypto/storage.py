"""Uploads, sealed on their way to the disk and opened on their way back.

A file is bound to its name, which is random and never used again, so that one person's photo cannot be put in another's
place. Its key is the practice's, or that of whose file it is (`OwnedContent`). It is read and written whole: what is
uploaded here is small by the forms' own limits.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage

from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.data_keys import PRACTICE, Scope
from mentalspace.core.crypto.errors import CannotOpen, NotSealed
from mentalspace.core.crypto.sealing import Envelope, context

MAGIC = b"MSv1"
KEY_ID_BYTES = 16


class OwnedContent(ContentFile):
    """Content to be sealed with the key of whose it is."""

    def __init__(self, content: bytes, scope: Scope) -> None:
        super().__init__(content)
        self.scope = scope


def seal_file(name: str, content: bytes, scope: Scope = PRACTICE) -> bytes:
    """What to store under `name`: a mark, the id of the data key, and the sealed content."""
    envelope = data_keys.for_scope(scope).seal(content, context("upload", name))
    return MAGIC + envelope.key_id.bytes + envelope.sealed


def open_file(name: str, stored: bytes) -> bytes:
    """The content; raises CannotOpen for what was changed, moved from another name or never sealed."""
    start = len(MAGIC) + KEY_ID_BYTES
    if not is_sealed(stored) or len(stored) < start:
        raise CannotOpen(f"The upload {name} is not sealed: run manage.py keys uploads.")
    key_id = UUID(bytes=stored[len(MAGIC) : start])
    return data_keys.unseal_envelope(Envelope(key_id, stored[start:]), context("upload", name))


def is_sealed(stored: bytes) -> bool:
    return stored.startswith(MAGIC)


def seal_all(root: Path) -> int:
    """Seal the files below `root` that were stored before uploads were sealed; says how many. May be run again."""
    sealed = 0
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        content = path.read_bytes()
        if not is_sealed(content):
            # Whole beside it, then in its place: a stop in between leaves the file as it was.
            beside = path.with_name(f".{path.name}.sealing")
            beside.touch(mode=0o600)
            beside.write_bytes(seal_file(path.relative_to(root).as_posix(), content))
            beside.replace(path)
            sealed += 1
    return sealed


class SealedUploads(Storage):
    """Mixed into a storage of Django's: what it keeps is sealed."""

    def _save(self, name: str, content: Any) -> str:
        content.seek(0)
        scope = getattr(content, "scope", PRACTICE)
        sealed = ContentFile(seal_file(name, content.read(), scope))
        stored: str = super()._save(name, sealed)  # type: ignore[misc]
        if stored != name:
            # Another file came to this name at the same moment; under the new one this could not be opened.
            self.delete(stored)
            raise FileExistsError(f"There is an upload of the name {name} already.")
        return stored

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        if mode != "rb":
            raise NotSealed("A sealed upload is written by save() and only read by open().")
        with super()._open(name, mode) as file:  # type: ignore[misc]
            return ContentFile(open_file(name, file.read()), name=name)


class SealedFileStorage(SealedUploads, FileSystemStorage):
    """Sealed files below MEDIA_ROOT."""
