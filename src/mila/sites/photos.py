"""Photos of a visit and of its cases: read from a form, and shown to whoever of its call may see them."""

from base64 import b64encode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from mila.booking.models import ServiceCall
from mila.crowd.models import Face
from mila.kernel.pictures import MOST_BYTES, Picture, PictureUnreadable, shrunk
from mila.quality import queries as quality
from mila.quality.cases import TooManyPhotos
from mila.visit import queries as visits


def photo_of(call: ServiceCall, photo_id: UUID) -> HttpResponse:
    """Answer with a photo of the call's visit; one of another call is not found (404). A browser may keep it."""
    found = visits.photo(call, photo_id)
    return _shown(found.jpeg if found else None)


def case_photo_of(call: ServiceCall, photo_id: UUID) -> HttpResponse:
    """Answer with a photo of one of the call's cases, in the same way."""
    found = quality.case_photo(call, photo_id)
    return _shown(found.jpeg if found else None)


def face_image(face: Face | None) -> HttpResponse:
    """Answer with a helper's photo; none is not found (404). A browser may keep it: another one has another address."""
    return _shown(face.jpeg if face else None)


def in_the_page(face: Face | None) -> str:
    """Return a helper's photo as an address that holds all of it, so that it is there without a network; or empty."""
    return f"data:image/jpeg;base64,{b64encode(bytes(face.jpeg)).decode()}" if face else ""


def pictures_of(request: HttpRequest, *, most: int) -> list[Picture]:
    """Return the photos of a form as they are kept. Refuses too many, too large ones, and what is no picture."""
    sent = [one for one in request.FILES.getlist("photos") if one.size]
    if len(sent) > most:
        raise TooManyPhotos
    if any((one.size or 0) > MOST_BYTES for one in sent):
        raise PictureUnreadable(field="photos")
    try:
        return [shrunk(one.read()) for one in sent]
    except PictureUnreadable as fault:
        raise PictureUnreadable(field="photos") from fault


def _shown(jpeg: bytes | memoryview | None) -> HttpResponse:
    if jpeg is None:
        raise Http404
    answer = HttpResponse(bytes(jpeg), content_type="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
