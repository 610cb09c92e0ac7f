"""Pictures from outside: read by content, within limits, upright, and without what else was in the file.

A small file may unfold to gigabytes, a picture may be a program at the same time, and a phone writes the place where a
photo was taken into it. So a picture is decoded and only its pixels go on; who keeps it encodes it again.
"""

from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
# Colours of a palette, and those with transparency at a quarter more memory, have nothing in between.
SMOOTH = {"RGB", "L"}


class NoPicture(ValueError):
    """It is none, or a damaged one."""


class TooManyPixels(ValueError):
    """It has more than are read."""


def read_picture(upload: BinaryIO, *, megapixels: int, side: int) -> tuple[Image.Image, str]:
    """The picture, at most `side` pixels long, and the format it came in. Raises NoPicture, TooManyPixels."""
    try:
        # Only the head is read here.
        with Image.open(upload, formats=FORMATS) as image:
            if image.width * image.height > megapixels * 1_000_000:
                raise TooManyPixels
            came_as = str(image.format)
            image.draft("RGB", (side, side))
            # Made small before it is given more bytes a pixel.
            smooth = Image.Resampling.BICUBIC if image.mode in SMOOTH else Image.Resampling.NEAREST
            image.thumbnail((side, side), smooth)
            upright = ImageOps.exif_transpose(image)
            upright.load()
    # Pillow's own limits; the lower one is a warning, which some installations turn into an error.
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except TooManyPixels:
        raise
    # Pillow's decoders raise whatever a damaged file leads them to.
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NoPicture from error
    clear = "A" in upright.getbands() or "transparency" in upright.info
    plain = upright.convert("L" if upright.mode in {"1", "L"} else "RGBA" if clear else "RGB")
    # Place, camera, comments and profiles stand here, and some encoders write them out again.
    plain.info = {}
    return plain, came_as
