"""From what somebody sent to what is kept: read by its content, made safe, or refused in a sentence."""

import io
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image

from documents.defaults import FileDefaults
from documents.files import pdfs
from documents.files.choices import FileOrigin, FileType
from documents.files.errors import FileRefused
from documents.files.scanning import scan
from mentalspace.core import practice
from mentalspace.core.pictures import NoPicture, TooManyPixels, read_picture

# Long enough for a page at 370 dots an inch.
SIDE = 4096
QUALITY = 88
SMALL = 160
FORMATS = {"JPEG": FileType.JPEG, "PNG": FileType.PNG, "WEBP": FileType.WEBP}
UNKNOWN = "Only PDFs and pictures (JPEG, PNG, WebP) are taken. Save a Word file as PDF first; scan or photograph paper."


@dataclass(frozen=True, slots=True)
class Sent:
    """What arrived: the name it came with, its bytes, and how."""

    name: str
    data: bytes
    origin: FileOrigin = FileOrigin.CHOSEN

    @property
    def digest(self) -> str:
        """SHA-256, in hex: by it the same file is known again."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept of it. `small` is a picture of its first page, as WebP; a text has none."""

    sent: Sent
    type: FileType
    data: bytes
    pages: int = 1
    small: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 of what is kept, in hex."""
        return sha256(self.data).hexdigest()


def read(sent: Sent) -> Content:
    """Look at everything that can be wrong with it. Raises FileRefused, NotScanned; takes up to some seconds."""
    limits = practice.get(FileDefaults)
    if not sent.data:
        raise FileRefused("This file is empty.")
    if len(sent.data) > limits.megabytes * 1024 * 1024:
        raise FileRefused(f"This file is larger than {limits.megabytes} MB.")
    scan(sent.data)
    if sent.origin == FileOrigin.TYPED:
        return Content(sent, FileType.TEXT, sent.data)
    if sent.data.startswith(pdfs.BEGINS):
        pages, first = pdfs.examine(sent.data)
        picture, _format = read_picture(io.BytesIO(first), megapixels=limits.megapixels, side=SMALL * 4)
        return Content(sent, FileType.PDF, sent.data, pages, small_picture(picture))
    return _picture(sent, limits.megapixels)


def _picture(sent: Sent, megapixels: int) -> Content:
    try:
        picture, came_as = read_picture(io.BytesIO(sent.data), megapixels=megapixels, side=SIDE)
    except TooManyPixels:
        raise FileRefused(f"This picture has more than {megapixels} million pixels.") from None
    except NoPicture:
        raise FileRefused(UNKNOWN) from None
    if came_as == "JPEG" and picture.mode == "RGBA":
        picture = picture.convert("RGB")
    made = io.BytesIO()
    picture.save(made, came_as, quality=QUALITY)
    return Content(sent, FORMATS[came_as], made.getvalue(), 1, small_picture(picture))


def small_picture(picture: Image.Image) -> bytes:
    """A picture of it for lists: a few kilobytes."""
    small = picture.convert("RGBA")
    small.thumbnail((SMALL, SMALL))
    plain = Image.new("RGB", small.size, "white")
    plain.paste(small, mask=small.getchannel("A"))
    made = io.BytesIO()
    plain.save(made, "WEBP", quality=60)
    return made.getvalue()
