"""Binding a promise to another time, and choosing one of the times that a customer prefers."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import Assignment, Offer, ServiceCall
from mila.dispatch import moving
from mila.dispatch.actions.promises import Overlap, one_promise_at_a_time
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal


class NotFree(Refusal):
    """The helper has something else at a time that is proposed."""

    code = "not_free"
    status = 422
    sentence = _("You are not free at one of these times. Please choose times in your own free hours.")
    field = "starts"


class TimeNotWished(Refusal):
    """The time chosen is none of those that the customer prefers."""

    code = "time_not_wished"
    status = 422
    sentence = _("The customer has not asked for this time. Please choose one of the times shown.")
    field = "start"


def bind_to_new_time(call: ServiceCall, now: Occasion) -> None:
    """Bind the helper who holds the call to its new time instead of the old one. Refuses overlaps."""
    held = booking.active_assignment(call)
    if held is None or call.visit_starts_at is None:
        return
    one_promise_at_a_time(held.helper)
    period = booking.bound_period(call, call.visit_starts_at)
    try:
        with transaction.atomic():
            held.period = (period.start, period.end)
            held.save(update_fields=["period"])
    except IntegrityError as fault:
        raise Overlap from fault


def must_be_free(*, call: ServiceCall, held: Assignment, starts: list[datetime], now: Occasion) -> None:
    """Refuse unless the helper works and can be there at every one of the times."""
    if set(moving.free_starts(call=call, helper=held.helper, starts=starts)) != set(starts):
        raise NotFree


def choose_start(*, offer: Offer, start: datetime, now: Occasion) -> None:
    """Note which of the customer's preferred times the helper takes with a yes. Refuses any other time."""
    wished = offer.call.wished_slots.values_list("starts_at", flat=True)
    if offer.call.visit_starts_at is not None or start not in wished:
        raise TimeNotWished
    offer.chosen_start = start
    offer.save(update_fields=["chosen_start"])


def goes_unsecured(call: ServiceCall, now: Occasion) -> None:
    """Note that the helper who holds the call goes although no money is held."""
    held = booking.active_assignment(call)
    if held is not None:
        held.goes_unsecured_at = now.at
        held.save(update_fields=["goes_unsecured_at"])
