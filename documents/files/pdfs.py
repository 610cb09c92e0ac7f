"""PDFs: looked through for what runs, and drawn page by page by a program beside the server."""

import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from documents.files.errors import FileRefused

BEGINS = b"%PDF-"
DRAWS = Path(__file__).with_name("draw_pdf.py")
SECONDS = 25
# Programs, programs to start, and files within the file: what does more than lie there.
ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm|GoToE)(?![A-Za-z0-9])"
)
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Of all compressed objects together; more than any letter has, little enough to hold.
MOST_UNFOLDED = 64 * 1024 * 1024
ACTIVE_WORDS = (
    "This PDF holds a program or further files, so it is not taken. Print it into a new PDF and upload that."
)
UNREADABLE = (
    "This PDF cannot be read: it is damaged or has a password. Print it into a new PDF and upload that."
)


def examine(data: bytes) -> tuple[int, bytes]:
    """How many pages it has, and the first one as a PNG. Raises FileRefused."""
    if any(ACTIVE.search(part) for part in _spoken(data)):
        raise FileRefused(ACTIVE_WORDS)
    count, _line, png = _drawn(data, 1, "count").partition(b"\n")
    return int(count), png


def draw(data: bytes, page: int) -> bytes:
    """A page as a PNG. Raises FileRefused."""
    return _drawn(data, page)


def _drawn(data: bytes, page: int, *more: str) -> bytes:
    try:
        made = subprocess.run(  # noqa: S603 - a program of ours, told a number
            [sys.executable, "-I", str(DRAWS), str(page), *more],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(UNREADABLE) from None
    if made.returncode or not made.stdout:
        raise FileRefused(UNREADABLE)
    return made.stdout


def _spoken(data: bytes) -> Iterator[bytes]:
    """Its objects in clear: outside of streams, and in those streams that hold objects. Raises FileRefused."""
    yield _unescaped(STREAM.sub(b" ", data))
    room = MOST_UNFOLDED
    for found in STREAM.finditer(data):
        if b"/ObjStm" not in data[max(0, found.start() - 400) : found.start()]:
            continue
        try:
            unfolded = zlib.decompressobj().decompress(found[1], room)
        except zlib.error:
            continue
        room -= len(unfolded)
        if room <= 0:
            raise FileRefused(UNREADABLE)
        yield _unescaped(unfolded)


def _unescaped(text: bytes) -> bytes:
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)
