"""What goes wrong, said to a program: problem details after RFC 9457."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.kernel.refusal import Refusal
from mila.sites.logs import request_id

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: where (a JSON pointer into the body, or a parameter) and why."""

    pointer: str
    detail: str


class Problem(Refusal):
    """A refusal of this door itself; `faults` say what is wrong with the request, one by one."""

    def __init__(self, sentence: str | Promise | None = None, *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(sentence)
        self.faults = tuple(faults)


class BodyUnreadable(Problem):
    """The body is no JSON that can be read."""

    code = "body_unreadable"
    status = 400
    sentence = _("The body is not readable as JSON.")


class ParameterInvalid(Problem):
    """A parameter of the address or a header is missing or wrong."""

    code = "parameter_invalid"
    status = 400
    sentence = _("A parameter is missing or not valid.")


class IdempotencyKeyMissing(Problem):
    """What creates or changes something needs a key that makes it happen once."""

    code = "idempotency_key_missing"
    status = 400
    sentence = _("This request needs an Idempotency-Key header.")


class CursorInvalid(Problem):
    """The cursor was not made here, or for another list."""

    code = "cursor_invalid"
    status = 400
    sentence = _("This cursor belongs to no list, or to another one.")


class KeyMissing(Problem):
    """No key, or one that nobody made."""

    code = "key_missing"
    status = 401
    sentence = _("A valid API key is needed: Authorization: Bearer mila_…")


class KeyRevoked(Problem):
    """The key was taken out of force."""

    code = "key_revoked"
    status = 401
    sentence = _("This API key was revoked.")


class KeyExpired(Problem):
    """The key's time is over."""

    code = "key_expired"
    status = 401
    sentence = _("This API key has expired.")


class ScopeMissing(Problem):
    """The key may not do this."""

    code = "scope_missing"
    status = 403
    sentence = _("This API key may not do this.")


class TestKeyOnly(Problem):
    """A test key where the bank is a real one."""

    code = "test_key"
    status = 403
    sentence = _("A test key opens no service calls where real money is moved.")


class NotFound(Problem):
    """There is no such thing, or it belongs to another brand."""

    code = "not_found"
    status = 404
    sentence = _("There is nothing here under this address.")


class MethodNotAllowed(Problem):
    """The address is right, the method is not."""

    code = "method_not_allowed"
    status = 405
    sentence = _("This address does not answer this method.")


class SlotTaken(Problem):
    """Nobody could keep the wished time."""

    code = "slot_taken"
    status = 409
    sentence = _("There is no supply at this time. Please ask for the open slots and choose another one.")


class PriceChanged(Problem):
    """The booking names another total than the one that holds."""

    code = "price_changed"
    status = 409
    sentence = _("The price is not the one you named. Please ask for a quote and show it to the customer.")


class StillRunning(Problem):
    """The first request under the same Idempotency-Key is being answered."""

    code = "still_running"
    status = 409
    sentence = _("A request with this Idempotency-Key is still being answered. Please repeat it in a second.")


class BodyTooLarge(Problem):
    """More than anybody needs to say."""

    code = "body_too_large"
    status = 413
    sentence = _("The body is larger than 64 kB.")


class MediaTypeUnknown(Problem):
    """The body is something else than JSON."""

    code = "media_type_unknown"
    status = 415
    sentence = _("The body has to be application/json.")


class Invalid(Problem):
    """The body is readable, but not what is asked for."""

    code = "invalid"
    status = 422
    sentence = _("The body is not what is asked for here.")


class PlaceUnknown(Problem):
    """Nobody knows where the address is."""

    code = "place_unknown"
    status = 422
    sentence = _("Postcode and town are unknown. Give the position of the address as well.")


class IdempotencyKeyReused(Problem):
    """The Idempotency-Key belongs to another request."""

    code = "idempotency_key_reused"
    status = 422
    sentence = _("This Idempotency-Key was used for another request.")


class TooManyRequests(Problem):
    """The key has asked too often in this minute."""

    code = "too_many_requests"
    status = 429
    sentence = _("Too many requests with this key. Please go on when the minute is over.")

    def __init__(self, seconds: int = 60) -> None:
        super().__init__()
        self.seconds = seconds


class ServerError(Problem):
    """The house failed."""

    code = "server_error"
    status = 500
    sentence = _("Something went wrong on our side. Please repeat the request with the same Idempotency-Key.")


BY_STATUS: dict[int, type[Problem]] = {
    400: ParameterInvalid,
    401: KeyMissing,
    403: ScopeMissing,
    404: NotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
}


def of_status(status: int) -> Problem:
    """Return the problem for an answer that the web framework gave by itself."""
    return BY_STATUS.get(status, ServerError)()


def answer(refusal: Refusal) -> HttpResponse:
    """Answer a refusal as problem details, in the language that was asked for."""
    response = HttpResponse(json.dumps(_said(refusal)), content_type=MEDIA_TYPE, status=refusal.status)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="mila"'
    if isinstance(refusal, TooManyRequests):
        response.headers["Retry-After"] = str(refusal.seconds)
    if isinstance(refusal, StillRunning):
        response.headers["Retry-After"] = "1"
    return response


def _said(refusal: Refusal) -> dict[str, object]:
    return {
        "type": f"{settings.PUBLIC_URL}/api/docs/#{refusal.code}",
        "title": str(type(refusal).sentence),
        "status": refusal.status,
        "detail": str(refusal),
        "instance": f"urn:mila:request:{request_id.get()}",
        "code": refusal.code,
        "errors": [{"pointer": fault.pointer, "detail": fault.detail} for fault in _faults(refusal)],
    }


def _faults(refusal: Refusal) -> Sequence[Fault]:
    if isinstance(refusal, Problem):
        return refusal.faults
    return [Fault(f"/{refusal.field}", str(refusal))] if refusal.field else []
