"""Messages that other systems send: how long they may be, and how a refusal is said to a program (RFC 9457)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from mila.kernel.refusal import Refusal

LARGEST_MESSAGE = 64 * 1024  # bytes


class TooLarge(Refusal):
    """A message that nobody reads to its end."""

    code = "too_large"
    status = 413
    sentence = _("This message is too large.")


def body_of(request: HttpRequest) -> bytes:
    """Return the raw body. Refuses one that says it is larger than 64 KiB."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_MESSAGE:
        raise TooLarge
    return request.body


def problem(refusal: Refusal) -> HttpResponse:
    """Say a refusal to a program."""
    said = {"status": refusal.status, "title": str(refusal), "code": refusal.code}
    return JsonResponse(said, status=refusal.status, content_type="application/problem+json")
