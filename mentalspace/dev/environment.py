"""The environment of a working copy: what settings.py asks for, made up from one data directory.

``MENTALSPACE_DATA`` (default ``.local/``) holds the database, uploads, mail and the keys, so several copies run
side by side with different ones. Whatever the person has set already wins.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import quote

from mentalspace.core.crypto import key_file
from mentalspace.dev.databases import Addresses

PROJECT = Path(__file__).resolve().parent.parent.parent


def data_directory() -> Path:
    return Path(os.environ.get("MENTALSPACE_DATA") or PROJECT / ".local").expanduser().resolve()


def prepare(data: Path, addresses: Addresses) -> None:
    """Fill ``os.environ`` for a development process and for its children."""
    data.mkdir(parents=True, exist_ok=True)
    for name, value in {
        "DJANGO_SETTINGS_MODULE": "mentalspace.settings",
        "DEVELOPMENT": "true",
        # The demo's logins are one line each; who sets a second factor up is asked for it all the same.
        "SECOND_FACTOR_REQUIRED": "false",
        "MEDIA_ROOT": str(data / "media"),
        "STATIC_ROOT": str(data / "static"),
        "AUDIT_ANCHOR_DIR": str(data / "anchors"),
        # Four slashes in all: the third only separates the path, which is absolute.
        "EMAIL_URL": f"filemail:///{data / 'mail'}",
        "TEXT_GATEWAY": f"file://{quote(str(data / 'texts.jsonl'))}",
    }.items():
        os.environ.setdefault(name, value)
    os.environ.update(DATABASE_URL=addresses.serving, DATABASE_OWNER_URL=addresses.owner)
    if "SECRET_KEY" not in os.environ:
        os.environ["SECRET_KEY"] = secret_key(data / "secret-key")
    if "MASTER_KEY_FILE" not in os.environ:
        os.environ["MASTER_KEY_FILE"] = str(master_key_file(data / "master-keys"))


def secret_key(path: Path) -> str:
    """A key of this copy's own, made once, so that people stay signed in over restarts."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def master_key_file(path: Path) -> Path:
    """The file of this copy's own master key, made once; without it the copy's database is unreadable."""
    with contextlib.suppress(FileExistsError):
        key_file.make(path)
    return path
