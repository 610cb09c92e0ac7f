"""Photos: `staff:staff_photo`, `staff_photo_remove`, `photo`."""

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from mentalspace.core import practice
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from staff import services
from staff.defaults import StaffDefaults
from staff.models import Staff
from staff.services.photos import SIDE, path_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def picture(kind: str = "PNG", size: tuple[int, int] = (80, 40), mode: str = "RGB", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 0).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def staff(client: Client, cast: Cast) -> Staff:
    client.force_login(cast.therapist)
    return cast.therapist.staff


def upload(client: Client, staff: Staff, content: bytes, name: str = "me.png") -> Any:
    return client.post(f"/staff/{staff.pk}/photo/", {"photo": SimpleUploadedFile(name, content, "image/png")})


def served(client: Client, staff: Staff) -> Any:
    staff.refresh_from_db()
    return client.get(staff.image_url)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "P"), ("PNG", "1"), ("JPEG", "RGB"), ("JPEG", "L"), ("WEBP", "RGB")],
)
def test_a_picture_becomes_a_small_square_under_a_random_name(
    client: Client, staff: Staff, kind: str, mode: str
) -> None:
    response = upload(client, staff, picture(kind, mode=mode), "../../etc/passwd.php")
    assert response["Location"] == f"/staff/{staff.pk}/"
    answer = served(client, staff)
    assert len(staff.image_url) <= 255
    assert staff.image_url.startswith("/staff/photos/")
    assert len(staff.image_url.removeprefix("/staff/photos/").rstrip("/")) == 32
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"] == 'inline; filename="photo.webp"'
    image = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert (image.format, image.size, image.mode) == ("WEBP", (SIDE, SIDE), "RGB")
    assert AuditEvent.objects.get().verb == "staff.photo_changed"
    assert staff.image_url in client.get(f"/staff/{staff.pk}/").content.decode()


def test_where_and_with_what_it_was_taken_is_left_out(client: Client, staff: Staff) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Thea"
    exif[0x0112] = 6  # lies on its side
    upload(client, staff, picture("JPEG", exif=exif.tobytes(), comment=b"secret comment"))
    stored = b"".join(served(client, staff).streaming_content)
    assert b"Camera" not in stored
    assert b"secret" not in stored


def test_what_hides_behind_a_picture_is_left_out(client: Client, staff: Staff) -> None:
    upload(client, staff, picture() + b"<script>alert(1)</script>PK\x03\x04")
    stored = b"".join(served(client, staff).streaming_content)
    assert b"script" not in stored
    assert b"PK" not in stored


def bomb(width: int, height: int) -> bytes:
    """A tiny file that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * (height * (width // 8 + 1)), 9) if width * height <= 10**8 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a picture", "This file is no picture that can be read."),
        (b"GIF89a" + b"\0" * 50, "This file is no picture that can be read."),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            "This file is no picture that can be read.",
        ),
        (picture("GIF"), "This file is no picture that can be read."),
        (picture("TIFF"), "This file is no picture that can be read."),
        (picture("PNG")[:60], "This file is no picture that can be read."),
        (picture("JPEG", (300, 300))[:300], "This file is no picture that can be read."),
        (b"", "This file is empty. Choose a picture."),
        (bomb(8000, 8000), "This picture has more than 40 million pixels."),
        (bomb(50_000, 50_000), "This picture has more than 40 million pixels."),
        (b"\x89PNG" + b"\0" * (5 * 1024 * 1024), "This file is larger than 5 MB."),
    ],
    ids=["text", "gif", "svg", "real-gif", "tiff", "cut-png", "cut-jpeg", "empty", "wide", "bomb", "heavy"],
)
def test_anything_else_is_refused_in_a_sentence(
    client: Client, staff: Staff, content: bytes, said: str
) -> None:
    response = upload(client, staff, content)
    assert response.status_code == 422
    (error,) = response.context["form"].errors["photo"]
    assert error.startswith(said)
    staff.refresh_from_db()
    assert staff.image_url == ""


def test_the_limits_are_the_practice_s(client: Client, staff: Staff) -> None:
    practice.save(StaffDefaults(photo_megapixels=1))
    response = upload(client, staff, picture(size=(1001, 1000)))
    assert "1 million pixels" in response.context["form"].errors["photo"][0]


def test_no_file_is_said_at_the_field(client: Client, staff: Staff) -> None:
    response = client.post(f"/staff/{staff.pk}/photo/", {})
    assert response.context["form"].errors == {"photo": ["Choose a picture."]}


def test_an_old_photo_goes_when_a_new_one_comes(
    client: Client, staff: Staff, django_capture_on_commit_callbacks: Any
) -> None:
    upload(client, staff, picture())
    staff.refresh_from_db()
    old = staff.image_url
    with django_capture_on_commit_callbacks(execute=True):
        upload(client, staff, picture("JPEG"))
    assert client.get(old).status_code == 404
    assert not default_storage.exists(path_of(old.rstrip("/").rsplit("/", 1)[-1]))
    assert served(client, staff).status_code == 200


def test_a_photo_is_removed_after_asking(client: Client, staff: Staff) -> None:
    upload(client, staff, picture())
    url = f"/staff/{staff.pk}/photo/remove/"
    assert "Thea Therapist" in client.get(url).content.decode()
    client.post(url)
    staff.refresh_from_db()
    assert staff.image_url == ""
    assert list(AuditEvent.objects.order_by("id").values_list("verb", flat=True)) == [
        "staff.photo_changed",
        "page.viewed",
        "staff.photo_removed",
    ]


def test_only_colleagues_see_it_and_only_while_it_is_somebody_s(
    client: Client, staff: Staff, cast: Cast
) -> None:
    upload(client, staff, picture())
    staff.refresh_from_db()
    assert Client().get(staff.image_url)["Location"].startswith("/sign-in/")
    client.force_login(cast.biller)
    assert client.get(staff.image_url).status_code == 200
    assert client.get("/staff/photos/0123456789abcdef/").status_code == 404
    cast.biller.is_active = False
    cast.biller.save()
    assert client.get(staff.image_url).status_code == 302


def test_a_file_that_is_gone_is_a_404(client: Client, staff: Staff) -> None:
    upload(client, staff, picture())
    staff.refresh_from_db()
    default_storage.delete(path_of(staff.image_url.rstrip("/").rsplit("/", 1)[-1]))
    assert client.get(staff.image_url).status_code == 404


def test_the_verb_asks_whose_it_is(cast: Cast) -> None:
    content = picture()
    with pytest.raises(NotPermitted):
        services.set_photo(
            actor=cast.stranger,
            staff_id=cast.therapist.staff.pk,
            upload=io.BytesIO(content),
            size=len(content),
        )
    with pytest.raises(NotPermitted):
        services.remove_photo(actor=cast.stranger, staff_id=cast.therapist.staff.pk)
    services.set_photo(
        actor=cast.admin, staff_id=cast.therapist.staff.pk, upload=io.BytesIO(content), size=len(content)
    )
