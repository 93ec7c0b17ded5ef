"""A photo of a visit, for whoever of its call may see it."""

from uuid import UUID

from django.http import Http404, HttpResponse

from mila.booking.models import ServiceCall
from mila.visit import queries as visits


def photo_of(call: ServiceCall, photo_id: UUID) -> HttpResponse:
    """Answer with a photo of the call's visit; one of another call is not found (404). A browser may keep it."""
    found = visits.photo(call, photo_id)
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.jpeg), content_type="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
