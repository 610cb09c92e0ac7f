"""Photos: read by content, made anew as a small square, kept under a random name.

Nothing of what was uploaded is served: the picture is decoded and encoded again, without its metadata, so a file that
is a picture and something else at once loses the something else.
"""

import io
import secrets
from typing import BinaryIO
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from PIL import Image, ImageOps

from accounts.models import User
from mentalspace.core import audit, practice
from mentalspace.core.gates import require
from mentalspace.core.pictures import NoPicture, TooManyPixels, read_picture
from staff import rules
from staff.defaults import StaffDefaults
from staff.errors import PhotoRefused
from staff.models import Staff

SIDE = 512
QUALITY = 84
FOLDER = "staff-photos"


def set_photo(*, actor: User, staff_id: UUID, upload: BinaryIO, size: int) -> Staff:
    """Replace the photo. `size` is the upload's length in bytes. Raises NotPermitted, PhotoRefused.

    Takes up to a second of work for the largest picture allowed, outside any transaction.
    """
    require(rules.can_edit_own_profile(actor, Staff.objects.get(pk=staff_id)))
    picture = _square(upload, size)
    name = secrets.token_hex(16)
    default_storage.save(path_of(name), ContentFile(picture))
    try:
        return _replace(actor, staff_id, reverse("staff:photo", args=[name]), "staff.photo_changed")
    except BaseException:
        default_storage.delete(path_of(name))
        raise


def remove_photo(*, actor: User, staff_id: UUID) -> Staff:
    """Show initials again. Raises NotPermitted."""
    return _replace(actor, staff_id, "", "staff.photo_removed")


def path_of(name: str) -> str:
    """Where the photo of this name is kept."""
    return f"{FOLDER}/{name}.webp"


@transaction.atomic
def _replace(actor: User, staff_id: UUID, url: str, verb: str) -> Staff:
    staff = Staff.objects.select_for_update().get(pk=staff_id)
    require(rules.can_edit_own_profile(actor, staff))
    before = staff.image_url
    if before == url:
        return staff
    staff.image_url = url
    staff.save(update_fields=["image_url", "updated_at"])
    audit.record(actor=actor, verb=verb, obj=staff)
    if before.startswith("/staff/photos/"):
        old = path_of(before.rstrip("/").rsplit("/", 1)[-1])
        transaction.on_commit(lambda: default_storage.delete(old))
    return staff


def _square(upload: BinaryIO, size: int) -> bytes:
    """The middle of the picture as a square WebP."""
    limits = practice.get(StaffDefaults)
    if size > limits.photo_megabytes * 1024 * 1024:
        raise PhotoRefused(f"This file is larger than {limits.photo_megabytes} MB. Choose a smaller one.")
    try:
        picture, _format = read_picture(upload, megapixels=limits.photo_megapixels, side=SIDE * 4)
    except TooManyPixels:
        raise PhotoRefused(
            f"This picture has more than {limits.photo_megapixels} million pixels. Choose a smaller one."
        ) from None
    except NoPicture as error:
        raise PhotoRefused from error
    fitted = ImageOps.fit(picture.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    plain = Image.new("RGB", (SIDE, SIDE), "white")
    plain.paste(fitted, mask=fitted.getchannel("A"))
    buffer = io.BytesIO()
    plain.save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()
