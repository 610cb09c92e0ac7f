"""The virus scanner, where the practice has one: clamd, asked over the network (`FILE_SCANNER`)."""

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

from documents.files.errors import FileRefused, NotScanned

SECONDS = 30
CHUNK = 64 * 1024
# The test file of the antivirus makers: harmless, and refused also where there is no scanner.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
FOUND = "The virus scanner found something in this file, so it is not taken."


def scan(data: bytes) -> None:
    """Nothing where it is clean. Raises FileRefused, and NotScanned where the scanner does not answer."""
    if EICAR in data:
        raise FileRefused(FOUND)
    if not settings.FILE_SCANNER:
        return
    where = urlsplit(settings.FILE_SCANNER)
    try:
        with socket.create_connection((where.hostname, where.port or 3310), timeout=SECONDS) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                part = data[start : start + CHUNK]
                line.sendall(struct.pack(">I", len(part)) + part)
            line.sendall(struct.pack(">I", 0))
            answer = line.makefile("rb").read().rstrip(b"\0\n")
    except OSError as error:
        raise NotScanned from error
    if answer.endswith(b" FOUND"):
        raise FileRefused(FOUND)
    if not answer.endswith(b": OK"):
        raise NotScanned
