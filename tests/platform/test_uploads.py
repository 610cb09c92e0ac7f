"""Whatever is uploaded is what its form asks for, and small, or it is refused in a sentence. Never a 500."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from PIL import Image

from billing.forms import ImportForm
from documents.files.forms import UploadForm, VersionForm
from documents.models import ClientFile
from staff.forms import PhotoForm
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><script>fetch('/clients/')</script>"
XML = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b'<!ENTITY b "&a;&a;&a;&a;">' * 50 + b"]><l>&b;</l>"


def picture(kind: str, size: tuple[int, int] = (60, 40)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind)
    return buffer.getvalue()


def png(width: int, height: int, color: int = 2, *, rows: bool = True) -> bytes:
    """A PNG of one colour, made row by row: kilobytes that unfold to gigabytes. `color`: 2 is RGB, 3 a palette."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    squeeze = zlib.compressobj(9)
    row = b"\0" * (1 + width * (3 if color == 2 else 1))
    body = b"".join(squeeze.compress(row) for _ in range(height if rows else 0)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    palette = chunk(b"PLTE", b"\xff\0\0") if color == 3 else b""
    end = chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + palette + end


GIF_AND_SCRIPT = b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;alert(1)//"
HOSTILE = {
    "nothing": b"",
    "text": b"not a picture",
    "svg": SVG,
    "html": HTML,
    "xml": XML,
    "laughs": LAUGHS,
    "pdf": PDF,
    "eicar": EICAR,
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "gif": picture("GIF"),
    "gif and script": GIF_AND_SCRIPT,
    "tiff": picture("TIFF"),
    "bmp": picture("BMP"),
    "icon": b"\0\0\1\0\1\0" + b"\xff" * 40,
    "cut png": picture("PNG")[:70],
    "cut jpeg": picture("JPEG", (300, 300))[:400],
    "cut webp": picture("WEBP", (300, 300))[:40],
    "head alone": b"\x89PNG\r\n\x1a\n",
    "bomb": png(50_000, 50_000, rows=False),
    "wide": png(100_000_000, 1, rows=False),
    "no pixels": png(0, 0),
    "nul": b"\0" * 5000,
    "utf-16": "code,label,fee\n90834,Talk,1".encode("utf-16"),
}
NAMES = [
    "../../../etc/passwd",
    "a\r\nSet-Cookie: b=1.png",
    "<script>.png",
    "x" * 300 + ".png",
    "con.png",
    "ユ.png",
    "a;b.php.png",
]
# Each form that takes a file, with its address, its field, and who may send it. A new one joins here.
TAKERS: dict[type[forms.BaseForm], tuple[str, str, str]] = {
    PhotoForm: ("staff:staff_photo", "photo", "therapist"),
    ImportForm: ("billing:service_code_import", "file", "biller"),
    UploadForm: ("documents:file_create", "chosen", "therapist"),
}
# Takes what another takes, by the same fields and the same verb's reading.
SAME = {VersionForm}


def all_forms(of: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in of.__subclasses__():
        yield form
        yield from all_forms(form)


def test_every_form_that_takes_a_file_is_tried_here() -> None:
    # Importing the addresses imports the views and with them the forms.
    assert get_resolver().url_patterns
    found = {
        form
        for form in all_forms()
        if not form.__module__.startswith(("django.", "tests."))
        and any(isinstance(field, forms.FileField) for field in getattr(form, "base_fields", {}).values())
    }
    assert found == set(TAKERS) | SAME


def send(client: Client, cast: Cast, form: type[forms.BaseForm], content: bytes, name: str = "a.png") -> Any:
    view, field, person = TAKERS[form]
    actor = getattr(cast, person)
    client.force_login(actor)
    client.raise_request_exception = False
    named: dict[Any, list[Any]] = {PhotoForm: [actor.staff.pk], UploadForm: [cast.client.pk]}
    fields = {"kind": "lab"} if form is UploadForm else {}
    return client.post(
        reverse(view, args=named.get(form)), {field: SimpleUploadedFile(name, content, "image/png"), **fields}
    )


@pytest.mark.parametrize("form", TAKERS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_not_asked_for_is_refused_at_the_field(
    cast: Cast, client: Client, form: type[forms.BaseForm], kind: str
) -> None:
    answer = send(client, cast, form, HOSTILE[kind])
    assert answer.status_code == 422
    said = answer.context["form"].errors[TAKERS[form][1]]
    assert len(said) == 1
    assert said[0].endswith((".", "!"))
    assert len(said[0]) < 300
    cast.therapist.staff.refresh_from_db()
    assert cast.therapist.staff.image_url == ""
    assert not ClientFile.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_file_s_name_is_kept(cast: Cast, client: Client, name: str) -> None:
    answer = send(client, cast, PhotoForm, picture("PNG"), name)
    assert answer.status_code == 302
    staff = cast.therapist.staff
    staff.refresh_from_db()
    assert re.fullmatch(r"/staff/photos/[0-9a-f]{32}/", staff.image_url)
    assert all(
        re.fullmatch(r"[0-9a-f]{32}\.webp\S*", stored)
        for stored in default_storage.listdir("staff-photos")[1]
    )
    served: Any = client.get(staff.image_url)
    b"".join(served.streaming_content) if served.streaming else served.content
    assert served["Content-Disposition"] == 'inline; filename="photo.webp"'
    assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('code,label,fee\n90834,"never closed' + "x" * 200_000, "cannot be read as CSV"),
        ("code,label,fee\n90834,Talk\0,1", "not plain text in UTF-8"),
        ("code,label,fee\n90834,\x1b[31mTalk,1", "not plain text in UTF-8"),
        (",".join(f"c{number}" for number in range(100_000)), "must name the columns"),
        (
            "code,label,fee," + ",".join(f"c{number}" for number in range(100_000)),
            "Unknown columns: c0, c1, c2, c3, c4 and more",
        ),
        ("code,label,fee\n" + "90834,Talk,1\n" * 6_000, "at most 5,000 lines"),
        ("code,label,fee\n" + "x" * 1_000_001, "larger than 1 MB"),
    ],
    ids=["quote", "nul", "escape", "columns", "more-columns", "lines", "size"],
)
def test_odd_spreadsheets_are_refused(cast: Cast, client: Client, lines: str, said: str) -> None:
    answer = send(client, cast, ImportForm, lines.encode(), "codes.csv")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert len(page) < 100_000


def test_a_body_larger_than_any_form_is_refused_unread(client: Client) -> None:
    answer = client.post("/sign-in/", {"email": "a"}, headers={"Content-Length": str(26 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "larger than 25 MB" in answer.content.decode()
    assert client.post("/sign-in/", headers={"Content-Length": "9" * 5000}).status_code == 413
    assert client.post("/sign-in/", headers={"Content-Length": "-1"}).status_code == 413


# The most memory that a process ever held; `ru_maxrss` would begin with that of the process it was forked from.
MEASURE = """
import re, sys
import django
django.setup()
from staff.defaults import StaffDefaults
from staff.services import photos
photos.practice.get = lambda section: StaffDefaults()

def most():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024

before = most()
photos._square(open(sys.argv[1], "rb"), 1000)
print(most() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Memory is read as Linux tells it.")
@pytest.mark.parametrize("color", [2, 3], ids=["rgb", "palette"])
def test_the_largest_picture_allowed_takes_bounded_memory(tmp_path: Path, color: int) -> None:
    """Megabytes more than the application itself: kilobytes as sent, 40 million pixels as read."""
    sent = tmp_path / "large.png"
    sent.write_bytes(png(8000, 5000, color))
    assert sent.stat().st_size < 500_000
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(sent)],
        cwd=ROOT,
        env={"PATH": "", "DJANGO_SETTINGS_MODULE": "mentalspace.dev.test_settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert measured.returncode == 0, measured.stderr
    assert int(measured.stdout) < 220
