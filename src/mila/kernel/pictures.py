"""Pictures from phones: made smaller, and written anew without what the camera noted in them."""

from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from mila.kernel.refusal import Refusal

MOST_BYTES = 12_000_000  # of a picture as it comes from a phone
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 1600
QUALITY = 80
PORTRAIT = (256, 304)  # in the proportions in which people are shown
KINDS = ("JPEG", "PNG", "WEBP")


class PictureUnreadable(Refusal):
    """What was sent is no picture, or one of a kind or size that is not taken."""

    code = "picture_unreadable"
    status = 422
    sentence = _("This picture cannot be read. Please take a photo (JPEG, PNG or WebP of at most 12 MB).")
    field = "photo"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: a JPEG of at most 1600 pixels on its longer side, upright, with nothing else in it."""

    jpeg: bytes
    width: int
    height: int


def shrunk(sent: bytes) -> Picture:
    """Return the picture as it is kept; place, time and make of the camera are left behind. Refuses what is none."""
    upright = _opened(sent)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _bare(upright)


def portrait(sent: bytes) -> Picture:
    """Return the middle of the picture as a small upright one, kept bare in the same way. Refuses what is none."""
    return _bare(ImageOps.fit(_opened(sent), PORTRAIT, centering=(0.5, 0.4)))


def _opened(sent: bytes) -> Image.Image:
    if len(sent) > MOST_BYTES:
        raise PictureUnreadable
    try:
        with Image.open(BytesIO(sent), formats=KINDS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureUnreadable
            return ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as fault:
        raise PictureUnreadable from fault


def _bare(upright: Image.Image) -> Picture:
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    written = BytesIO()
    bare.save(written, "JPEG", quality=QUALITY, optimize=True)
    return Picture(written.getvalue(), bare.width, bare.height)
