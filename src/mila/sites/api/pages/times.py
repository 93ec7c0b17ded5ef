"""Another time for a visit, as the customer wishes it and the brand's program hands it on."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from mila.dispatch import moving
from mila.dispatch.windows import WINDOW_MINUTES
from mila.journey import actions as journey
from mila.kernel.occasion import Occasion
from mila.sites.api import lists, shapes
from mila.sites.api.guard import brand_of, for_customer
from mila.sites.api.once import once, said
from mila.sites.api.pages.calls import Key
from mila.sites.api.problems import Fault, Invalid
from mila.sites.now import now

ANSWERS: dict[str, Callable[[UUID, Occasion], object]] = {
    "withdraw": lambda call, at: journey.withdraw_time(call_id=call, now=at),
    "keep": lambda call, at: journey.keep_time(call_id=call, now=at),
    "seek": lambda call, at: journey.seek_at_time(call_id=call, now=at),
    "decline": lambda call, at: journey.decline_times(call_id=call, now=at),
}


def times_to_move_to(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The times to which the visit could move, to be shown to the customer; the present helper's are marked."""
    found = lists.call_of_brand(brand_of(request), call_id)
    window = timedelta(minutes=WINDOW_MINUTES)
    rows = moving.starts_to_move_to(found, at=now())
    return said(
        shapes.TimesAsked(
            times=[
                shapes.MovableTime(starts_at=one.starts_at, ends_at=one.starts_at + window, same_helper=one.same_helper)
                for one in rows
            ]
        )
    )


def reschedule(
    request: HttpRequest, call_id: UUID, rescheduling: shapes.Rescheduling, idempotency_key: Key
) -> HttpResponse:
    """Ask for another time for the customer.

    While nobody is assigned the time changes at once. Who holds the visit is asked, and time_change tells until when:
    the old time binds until the helper agrees. A request beside an open one (already_asked), a time without supply
    (no_supply) and a call that has moved on (wrong_stage) are conflicts (409).
    """
    return _reschedule(request, call_id, rescheduling, idempotency_key=idempotency_key)


@once
def _reschedule(
    request: HttpRequest, call_id: UUID, rescheduling: shapes.Rescheduling, *, idempotency_key: str
) -> HttpResponse:
    found = lists.call_of_brand(brand_of(request), call_id)
    journey.ask_for_time(call_id=found.id, starts_at=rescheduling.starts_at, now=for_customer(request))
    return said(lists.shape_of(lists.call_of_brand(brand_of(request), call_id)))


def answer_time(request: HttpRequest, call_id: UUID, answer: shapes.TimeAnswer, idempotency_key: Key) -> HttpResponse:
    """Hand on what the customer answers.

    withdraw takes an open request back; keep or seek chooses after the helper could not agree (seek within the hours
    in which cancelling costs is refused: too_late_to_seek); approve or decline answers what the helper proposes.
    """
    return _answer_time(request, call_id, answer, idempotency_key=idempotency_key)


@once
def _answer_time(
    request: HttpRequest, call_id: UUID, answer: shapes.TimeAnswer, *, idempotency_key: str
) -> HttpResponse:
    found, at = lists.call_of_brand(brand_of(request), call_id), for_customer(request)
    if answer.answer != "approve":
        ANSWERS[answer.answer](found.id, at)
    elif answer.starts_at is None:
        raise Invalid(faults=[Fault("/starts_at", _("This is missing."))])
    else:
        journey.approve_time(call_id=found.id, starts_at=answer.starts_at, now=at)
    return said(lists.shape_of(lists.call_of_brand(brand_of(request), call_id)))
