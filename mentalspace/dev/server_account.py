"""Who runs the embedded PostgreSQL: it refuses root, and whoever it is must be able to reach binaries and data."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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

    @property
    def prefix(self) -> Sequence[str]:
        return ["unshare", "--user"] if self.unshare else []

    @property
    def identity(self) -> dict[str, Any]:
        """What ``subprocess`` needs to become this account; nothing when the process is it already."""
        if self.unshare or self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, path: Path) -> bool:
        """Whether a stranger, which this account is everywhere, may pass through to ``path``."""
        return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))

    def can_unshare(self) -> bool:
        unshare = shutil.which("unshare")
        return (
            unshare is not None
            and subprocess.run([unshare, "--user", "true"], capture_output=True, check=False).returncode == 0
        )

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
    """Copy an installation to where any account may run it, once; about 60 MB."""
    installation = binaries.parent
    name = hashlib.sha256(f"{installation} {binaries.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = Path("/var/lib/mentalspace") / f"postgres-{name}"
    if not copy.is_dir():
        copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=copy.parent))
        shutil.copytree(installation, fresh, symlinks=True, dirs_exist_ok=True)
        for directory, names, files in os.walk(fresh):
            for entry in (Path(directory), *(Path(directory) / name for name in (*names, *files))):
                if not entry.is_symlink():
                    mode = entry.stat().st_mode
                    entry.chmod(mode | 0o044 | (mode & 0o100 and 0o011))
        fresh.rename(copy)
    return copy / "bin"
