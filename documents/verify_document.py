#!/usr/bin/env python3
"""Check a signed document that was printed as a PDF: is its text what was signed, and is the seal the practice's?

    python3 verify_document.py public-keys.txt document.pdf

Needs Python 3.11 or newer and nothing else; no network, no database. `public-keys.txt` is the practice's file of public
keys: get it from the practice itself, once, and not from whoever sent the document.

What is checked is the text attached to the PDF. Pages are a picture of it: the sealed text is printed, to be compared
with them, and where the program `pdftotext` is installed its lines are looked for on the pages.

Exit codes: 0 everything verifies, 1 something does not, 2 the files cannot be read.
"""

# ruff: noqa: T201 - a program of its own, which speaks by printing
from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = "mentalspace sealed document 1"
PURPOSE = "mentalspace document seal 1"


if TYPE_CHECKING:
    Point = tuple[int, int, int, int]
    Held = dict[str, Any]
    Keys = dict[str, tuple[bytes, datetime | None]]


class Unreadable(Exception):
    """A file is not what it should be."""


# --- Ed25519, RFC 8032 ------------------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(factor: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = add(result, point)
        point = add(point, point)
        factor >>= 1
    return result


def point_of(y: int, sign: int) -> Point | None:
    """The point with this y, or None."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


# The base point: y is 4/5, x is even.
BASE = point_of(4 * pow(5, P - 2, P) % P, 0) or (0, 1, 1, 0)


def decoded(value: bytes) -> Point | None:
    number = int.from_bytes(value, "little")
    return point_of(number & ((1 << 255) - 1), number >> 255)


def is_signature(public: bytes, value: bytes, message: bytes) -> bool:
    """Is `value` an Ed25519 signature of `message` by the key `public`?"""
    if len(public) != 32 or len(value) != 64:
        return False
    key, r, s = decoded(public), decoded(value[:32]), int.from_bytes(value[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(value[:32] + public + message).digest(), "little") % ORDER
    left, right = multiply(s, BASE), add(r, multiply(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


# --- Reading ----------------------------------------------------------------------------------------------------


def read_keys(text: str) -> Keys:
    """Public keys by id: key, last instant. A key whose id is not its own is refused."""
    keys = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        try:
            key_id, key, _since, until = line.split()
            public = base64.b64decode(key, validate=True)
            last = None if until == "-" else datetime.fromisoformat(until)
        except ValueError:
            raise Unreadable("The file of public keys has a line that is none.") from None
        if len(public) != 32 or hashlib.sha256(public).hexdigest()[:16] != key_id:
            raise Unreadable(f"The public key {key_id} is not the one of that id.")
        keys[key_id] = public, last
    if not keys:
        raise Unreadable("The file of public keys holds no key.")
    return keys


def attachment(pdf: bytes) -> Held:
    """The sealed document that a PDF carries."""
    if not pdf.startswith(b"%PDF"):
        raise Unreadable("This is no PDF.")
    found = []
    for start in re.finditer(rb"stream\r?\n", pdf):
        reader = zlib.decompressobj()
        try:
            data = reader.decompress(pdf[start.end() :])
        except zlib.error:
            continue
        if FORMAT.encode() in data[:200]:
            found.append(data)
    if len(found) != 1:
        raise Unreadable(
            "The PDF carries no sealed document, or it was changed beyond reading."
            if not found
            else "The PDF carries more than one sealed document: do not trust it."
        )
    try:
        held: Held = json.loads(found[0])
    except ValueError:
        raise Unreadable("The sealed document in the PDF cannot be read: it was changed.") from None
    return held


# --- Checking ---------------------------------------------------------------------------------------------------


def canonical(value: Held) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check_seal(keys: Keys, seal: Held, sealed_digest: str, signer: Held | None = None) -> str:
    """What is wrong with a seal, as a sentence; nothing when it verifies."""
    said = {"seal": PURPOSE, "digest": sealed_digest, "key": seal["key"], "at": seal["at"]}
    if signer is not None:
        said["signer"] = signer
    if seal["key"] not in keys:
        return f"the key {seal['key']} is not one of the practice's"
    public, last = keys[seal["key"]]
    if last is not None and datetime.fromisoformat(seal["at"]) > last:
        return f"the key {seal['key']} was no longer the practice's at {seal['at']}"
    if not is_signature(public, base64.b64decode(seal["value"]), canonical(said).encode()):
        return "the seal does not verify: the text or the seal was changed"
    return ""


def check(keys: Keys, held: Held) -> Iterator[tuple[str, str]]:
    """Each signature and addendum with what is wrong with it."""
    document: Held = json.loads(held["document"])
    signers, seals = document["signatures"], held["seals"]
    if not signers or len(signers) != len(seals) or canonical(document) != held["document"]:
        yield "the document", "signatures and seals do not belong together, or the text was changed"
        return
    for place, (signer, seal) in enumerate(zip(signers, seals, strict=True), start=1):
        # Each signer signed the document with the signatures up to their own.
        then = canonical({**document, "signatures": signers[:place]})
        name = ", ".join(part for part in (signer["name"], signer["credential"], signer["licence"]) if part)
        yield f"{name}, {signer['role']}, {signer['at']}", check_seal(keys, seal, digest(then), signer)
    final, before = digest(held["document"]), ""
    for addendum in held["addenda"]:
        statement = json.loads(addendum["statement"])
        own = digest(addendum["statement"])
        wrong = check_seal(keys, addendum["seal"], own)
        if statement["document"] != final:
            wrong = "it was added to another document"
        elif statement.get("previous", "") not in ("", before):
            wrong = "an addendum before it is missing"
        before = own
        yield f"Addendum by {statement['name']}, {statement['at']}", wrong


def sealed_text(held: Held) -> list[str]:
    """What was sealed, as lines to be compared with the pages."""
    document = json.loads(held["document"])
    lines = [document["title"]]
    lines += [f"{label}: {text}" for label, text in document.get("facts", [])]
    lines += ["", *document["content"].splitlines()]
    for addendum in held["addenda"]:
        statement = json.loads(addendum["statement"])
        lines += [
            "",
            f"Addendum by {statement['name']}, {statement['at']}:",
            *statement["content"].splitlines(),
        ]
    return lines


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def not_on_pages(path: str, held: Held) -> list[str] | None:
    """Lines of the sealed text that are not found on the pages; None where that cannot be looked at."""
    program = shutil.which("pdftotext")
    if program is None:
        return None
    asked = subprocess.run([program, path, "-"], capture_output=True, check=False)  # noqa: S603 - a fixed program, a file's name
    if asked.returncode:
        return None
    pages = letters(asked.stdout.decode("utf-8", "replace"))
    missing = []
    for line in sealed_text(held):
        # Headings, labels and values may stand in another place than their neighbors, or run over a page's end.
        words = [part for part in re.split(r"[:;,.]\s", line) if letters(part)]
        if any(letters(part)[:60] not in pages for part in words) and not line.startswith("Addendum by "):
            missing.append(line)
    return missing


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("keys", help="the practice's file of public keys")
    parser.add_argument("pdf", help="the printed document")
    given = parser.parse_args(arguments)
    try:
        with open(given.keys, encoding="ascii") as file:
            keys = read_keys(file.read())
        with open(given.pdf, "rb") as file:
            held = attachment(file.read())
        results = list(check(keys, held))
        text = sealed_text(held)
    except (OSError, UnicodeDecodeError) as error:
        print(f"Cannot be read: {error}")
        return 2
    except Unreadable as error:
        print(error)
        return 2
    except (ValueError, KeyError, TypeError, AttributeError):
        print("The sealed document in the PDF is not in order: it was changed.")
        return 1
    print("The sealed text. Compare it with the pages:\n")
    print("\n".join(f"    {line}" for line in text))
    print()
    for name, wrong in results:
        print(f"{'WRONG' if wrong else 'ok'}  {name}{': ' + wrong if wrong else ''}")
    missing = not_on_pages(given.pdf, held)
    if missing is None:
        print("The pages were not looked at, as pdftotext is not installed: compare them yourself.")
    elif missing:
        print("These lines are sealed, and were not found on the pages as they stand here; compare them:")
        print("\n".join(f"    {line}" for line in missing))
    if any(wrong for _name, wrong in results):
        print("NOT VERIFIED: do not rely on this document.")
        return 1
    print("Verified: this text was signed by the people named, and sealed by the practice.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
