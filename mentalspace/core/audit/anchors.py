"""The chain's end, signed, in a file outside the database: what a chain that was cut or rewritten cannot match.

A directory holds one file a month, `anchors-2026-11.jsonl`, of lines that are only ever added:
`{"seq": …, "hash": …, "at": …, "signature": …}`. The signature is an HMAC with a key that only the master key's file
opens. The directory is worth as much as it is out of reach of who owns the database: ship it to another machine.
"""

import fcntl
import hmac
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from mentalspace.core import clock
from mentalspace.core.audit import chain
from mentalspace.core.audit.chain import Fault, Head
from mentalspace.core.crypto.data_keys import derive
from mentalspace.core.crypto.errors import CannotOpen, MasterKeyUnavailable

logger = logging.getLogger(__name__)
# Between two anchors of a running server: what a rewriting could hide at most.
SECONDS = 60
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line: at this instant (ISO, UTC) the chain ended here."""

    seq: int
    hash: str
    at: str
    signature: str
    place: str = ""

    def line(self) -> str:
        return json.dumps({"seq": self.seq, "hash": self.hash, "at": self.at, "signature": self.signature})


def directory() -> Path | None:
    """Where anchors are kept; none when AUDIT_ANCHOR_DIR is empty."""
    return Path(settings.AUDIT_ANCHOR_DIR) if settings.AUDIT_ANCHOR_DIR else None


def write(place: Path) -> Head | None:
    """Anchor the chain's end, unless the last anchor says the same; where it ends, none before the first event.

    The line is on the disk when this returns. Raises OSError when it cannot be written.
    """
    chain.link_waiting()
    head = chain.head()
    if head is None:
        return None
    now = clock.now()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = place / f"anchors-{now:%Y-%m}.jsonl"
    is_new = not file.exists()
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, mode=0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        last = _last_line(stream)
        if (anchor := _read_line(last, "")) is None or anchor.seq != head.seq:
            at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
            line = Anchor(head.seq, head.hash.hex(), at, _signature(head.seq, head.hash.hex(), at)).line()
            # What a power cut left of a line stays a line of its own.
            end = b"" if not last or last.endswith(b"\n") else b"\n"
            stream.write(end + line.encode() + b"\n")
        else:
            # Nothing new to say; the time of the file says that somebody looked.
            os.utime(file)
        os.fsync(stream.fileno())
    if is_new:
        _sync(place)
    return head


def from_time_to_time() -> None:
    """Anchor if nobody has for a minute. Called when an answer has been sent, so nobody waits; a fault is logged."""
    place = directory()
    if place is None or time.monotonic() < _Turn.next:
        return
    _Turn.next = time.monotonic() + SECONDS
    try:
        if time.time() - last_looked(place) >= SECONDS:
            write(place)
    except (OSError, DatabaseError, MasterKeyUnavailable, CannotOpen) as error:
        logger.error("The end of the audit log could not be anchored in %s: %s", place, type(error).__name__)


class _Turn:
    """When this process looks again, by its own clock; the files say whether another one has looked."""

    next = 0.0


def last_looked(place: Path) -> float:
    """When somebody last anchored or found nothing new, in seconds since 1970; 0 for never."""
    return max((file.stat().st_mtime for file in _files(place)), default=0.0)


def read(place: Path) -> Iterator[Anchor | Fault]:
    """All anchors in the order in which they were written; a fault for a line that is none."""
    for file in _files(place):
        with file.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                where = f"{file.name}, line {number}"
                yield _read_line(line, where) or Fault(f"{where}: not an anchor.")


def compare(place: Path, end: Head | None, progress: Callable[[int], None]) -> Iterator[Fault]:
    """What the chain no longer says as the anchors have it. `progress` is told how many have been compared."""
    lines, compared = read(place), 0
    while batch := list(islice(lines, BATCH)):
        anchors = [each for each in batch if isinstance(each, Anchor)]
        yield from (each for each in batch if isinstance(each, Fault))
        now = chain.hashes([anchor.seq for anchor in anchors])
        for anchor in anchors:
            if not hmac.compare_digest(anchor.signature, _signature(anchor.seq, anchor.hash, anchor.at)):
                yield Fault(f"{anchor.place}: its signature is not ours.")
            elif anchor.seq not in now:
                cut = end is None or anchor.seq > end.seq
                gone = (
                    f"Number {end.seq + 1 if end else 1} and after: cut off"
                    if cut
                    else f"Number {anchor.seq}: gone"
                )
                yield Fault(f"{gone}; {anchor.place} saw number {anchor.seq} at {anchor.at}.")
            elif now[anchor.seq].hex() != anchor.hash:
                yield Fault(
                    f"Number {anchor.seq}: written anew, it or what is before it, since {anchor.at} ({anchor.place})."
                )
        compared += len(anchors)
        progress(compared)


def _files(place: Path) -> list[Path]:
    return sorted(place.glob("anchors-*.jsonl"))


def _last_line(stream: FileIO) -> bytes:
    """The last line with its end, if it has one; empty in an empty file. A line is far shorter than what is read."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 1024))
    lines = stream.read().splitlines(keepends=True)
    return lines[-1] if lines else b""


def _read_line(line: bytes, where: str) -> Anchor | None:
    try:
        said = json.loads(line)
        return Anchor(int(said["seq"]), str(said["hash"]), str(said["at"]), str(said["signature"]), where)
    except (ValueError, KeyError, TypeError):
        return None


def _signature(seq: int, value: str, at: str) -> str:
    return hmac.digest(derive("audit anchor"), f"{seq}|{value}|{at}".encode(), "sha256").hex()


def _sync(place: Path) -> None:
    """Make sure that a new file is found again after a power cut."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
