"""The master keys: a small file outside the database and outside its backups.

One line per key, `name:base64 of 32 bytes`. The first is current and wraps what is new; the others are kept for reading
until `manage.py keys rotate` has re-wrapped everything. The file is looked at whenever a key is asked for (one `stat`),
so that a running server takes up a new line, and stops serving when the file is gone.
"""

import base64
import binascii
import os
import re
import secrets
import stat
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from mentalspace.core.crypto.errors import MasterKeyUnavailable

KEY_BYTES = 32
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")


@dataclass(frozen=True)
class MasterKeys:
    """The keys of the file, the current one first."""

    keys: dict[str, bytes] = field(repr=False)

    @property
    def current(self) -> str:
        return next(iter(self.keys))

    @property
    def names(self) -> list[str]:
        return list(self.keys)

    def key(self, name: str) -> bytes:
        """Raises MasterKeyUnavailable for a name that the file does not have."""
        try:
            return self.keys[name]
        except KeyError:
            raise MasterKeyUnavailable(
                f"The key file has no key named “{name}”, which still protects records: put its line back."
            ) from None


def master_keys() -> MasterKeys:
    """The keys as the file has them now; raises MasterKeyUnavailable."""
    path = Path(settings.MASTER_KEY_FILE) if settings.MASTER_KEY_FILE else None
    if path is None:
        raise MasterKeyUnavailable("MASTER_KEY_FILE is not set: name the file that holds the master key.")
    try:
        found = path.stat()
    except OSError:
        raise MasterKeyUnavailable(
            f"The key file {path} is not there or cannot be reached: put it back, or set MASTER_KEY_FILE."
        ) from None
    return _load(path, found.st_mode, (found.st_ino, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=1)
def _load(path: Path, mode: int, version: tuple[int, int, int]) -> MasterKeys:
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise MasterKeyUnavailable(f"The key file {path} is open to other users: run 'chmod 600 {path}'.")
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise MasterKeyUnavailable(
            f"The key file {path} cannot be read: it must belong to the user that runs the application."
        ) from None
    keys: dict[str, bytes] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, text = line.strip().partition(":")
        key = _decoded(text)
        if not _NAME.match(name) or key is None or name in keys:
            raise MasterKeyUnavailable(
                f"Line {number} of the key file {path} is not “name:base64 of {KEY_BYTES} bytes”, or its name"
                " stands there twice: put the line back as it was."
            )
        keys[name] = key
    if not keys:
        raise MasterKeyUnavailable(f"The key file {path} holds no key: put it back as it was.")
    return MasterKeys(keys)


def _decoded(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def new_line() -> str:
    """A line with a fresh random key, named after the day."""
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return f"{datetime.now(UTC):%Y-%m-%d}-{secrets.token_hex(2)}:{key}"


def make(path: Path) -> None:
    """Make the file with one key, readable by its owner only; raises FileExistsError rather than replace one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{new_line()}\n")
        file.flush()
        os.fsync(file.fileno())


def add(path: Path) -> str:
    """Put a new current key before the others, and return its name. The file is replaced whole or not at all."""
    line = new_line()
    present = path.read_text(encoding="ascii")
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            os.fchmod(file.fileno(), 0o600)
            # Run by root, the file must stay with the user that runs the application.
            if os.geteuid() == 0:
                owner = path.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(f"{line}\n{present}")
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return line.partition(":")[0]
