"""What a phone kept while it had no network: taken in, in order and once; and what could not be applied."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard
from uuid import UUID

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mila.journey import actions as journey
from mila.journey.actions.tapped import MORE
from mila.kernel.pictures import MOST_BYTES, PictureUnreadable, shrunk
from mila.kernel.refusal import Refusal
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.now import now
from mila.sites.provider.agreeing import DRAWING
from mila.sites.provider.doorstep import SignForm
from mila.sites.provider.pages.visits import of_helper, page, step
from mila.sites.provider.shell import person_of

MOST_AT_ONCE = 100
FACTS = (
    *("code", "done", "number", "words", "is_no_password", "outcome", "cause", "fault", "phrase", "text", "language"),
    *("reason", "keep", *MORE, "extra", "amount", "more_minutes"),
    *("seal", "of", "total", "name", "drawing"),
)
LONGEST_FACT = 1000
SIGNED = ("agree", "sign")  # whose evidence names the browser
LAST_MS = 253_402_300_799_000  # the end of the year 9999

log = logging.getLogger("mila.kept")


@require_http_methods(["GET", "POST"])
@helper_only
def kept(request: HelperRequest) -> HttpResponse:
    """Take in what a phone kept: up to a hundred entries in order, each applied once, each with its answer.

    Entries of somebody else who used the phone (409) wait for that person; an entry without an answer, and all after
    it, are to be sent again in a while.

    A GET says the time, whose app this is, and the token that a POST needs; the phone asks it before it sends.
    """
    if request.method == "GET":
        return JsonResponse({"now": _ms(now()), "person": person_of(request), "token": get_token(request)})
    if request.POST.get("person", "") != person_of(request):
        return JsonResponse({"person": person_of(request)}, status=409)
    entries = _entries(request)
    if entries is None:
        return JsonResponse({"said": str(journey.TapUnreadable())}, status=400)
    answers, waits = _answers(request, entries)
    return JsonResponse({"now": _ms(now()), "answers": answers, "waits": waits})


@require_POST
@helper_only
def again(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Try again what could not be applied."""
    of_helper(request, call_id)
    left = journey.try_again(call_id=call_id, now=by_helper(request))
    if not left:
        messages.success(request, _("All of it is applied now."))
    return redirect("provider:visit", call_id=call_id)


@require_POST
@helper_only
def put_away(request: HelperRequest, call_id: UUID, tap_id: UUID) -> HttpResponse:
    """Take an entry that could not be applied out of sight."""
    return step(request, call_id, lambda: journey.put_away(call_id=call_id, tap_id=tap_id, now=by_helper(request)))


@require_POST
@helper_only
def send_code(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Send the client a one-time code, to be typed on this phone."""
    return step(request, call_id, lambda: journey.send_sign_off_code(call_id=call_id, now=by_helper(request)))


@require_POST
@helper_only
def sign_off(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Take the client's one-time code, typed on this phone; a wrong one is said beside the field."""
    held, form = of_helper(request, call_id), SignForm(request.POST)
    if not form.is_valid():
        return page(request, held, 422, sign_form=form)
    try:
        journey.sign_off_with_code(call_id=call_id, code=form.cleaned_data["code"], now=by_helper(request))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return page(request, held, refusal.status, sign_form=form)
    return redirect("provider:visit", call_id=call_id)


def _entries(request: HelperRequest) -> list[object] | None:
    try:
        found = json.loads(request.POST.get("entries", ""))
    except ValueError:
        return None
    return found if isinstance(found, list) and len(found) <= MOST_AT_ONCE else None


def _answers(request: HelperRequest, entries: list[object]) -> tuple[list[dict[str, object]], str]:
    """Return the answer to each entry up to one that has to wait, and what that one waits for."""
    answers: list[dict[str, object]] = []
    for entry in entries:
        try:
            answer = _answer(request, entry)
        except journey.NotYet as refusal:
            return answers, str(refusal)
        answers.append(answer)
    return answers, ""


def _answer(request: HelperRequest, entry: object) -> dict[str, object]:
    key = str(entry.get("key", ""))[:36] if isinstance(entry, dict) else ""
    try:
        row = journey.take_tap(tap=_tap(request, entry), now=by_helper(request))
    except journey.NotYet:
        raise
    except Refusal as refusal:
        return {"key": key, "outcome": "refused", "said": str(refusal), "code": refusal.code, "stays": True}
    except OperationalError:
        raise  # the database is away: the phone keeps all of it, and tries again
    except Exception as fault:
        log.exception("a kept tap failed: %s", type(fault).__name__)
        said = _("This could not be applied by a fault of ours. It stays on your phone; please call our support.")
        return {"key": key, "outcome": "refused", "said": said, "code": "fault", "stays": True}
    stays = row.outcome == "refused" and row.put_away_at is not None
    return {"key": key, "outcome": row.outcome, "said": row.answer, "code": "", "stays": stays}


def _tap(request: HelperRequest, entry: object) -> journey.Tap:
    given: dict[str, Any] = entry if isinstance(entry, dict) else {}
    try:
        key, call_id = UUID(str(given.get("key"))), UUID(str(given.get("call")))
    except ValueError as fault:
        raise journey.TapUnreadable from fault
    name, said = str(given.get("name", ""))[:20], given.get("facts")
    facts = {fact: _clean(fact, said[fact]) for fact in FACTS if fact in said} if isinstance(said, dict) else {}
    if name in SIGNED:
        facts["browser"] = request.headers.get("User-Agent", "")[:200]
    sent = request.FILES.get(f"photo-{key}")
    if sent is not None and (sent.size or 0) > MOST_BYTES:
        raise PictureUnreadable
    picture = shrunk(sent.read()) if sent is not None else None
    return journey.Tap(key, call_id, name, facts, _claims(request, given), picture)


def _claims(request: HelperRequest, given: dict[str, Any]) -> tuple[datetime, ...]:
    """Return what the phone says of the time: by the offset it knew at the tap, and by how long ago that was."""
    tapped, offset, sent = given.get("tapped_ms"), given.get("offset_ms"), request.POST.get("sent_ms", "")
    by_offset = tapped + offset if _is_ms(tapped) and _is_ms(offset) else None
    by_age = _ms(now()) - (int(sent) - tapped) if _is_ms(tapped) and sent.isdecimal() and len(sent) < 16 else None
    return tuple(
        datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=found)
        for found in (by_offset, by_age)
        if found is not None and 0 <= found <= LAST_MS
    )


def _is_ms(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LAST_MS


def _clean(fact: str, said: object) -> str:
    if fact == "drawing":
        return str(said) if DRAWING.fullmatch(str(said)) else ""
    text = str(said)[:LONGEST_FACT].replace("\0", "")
    return text.encode(errors="replace").decode()


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
