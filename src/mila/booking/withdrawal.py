"""The customer's right to withdraw from an order, and the declaration that the work may begin before it is over."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.countries import queries as countries
from mila.countries.models import Country
from mila.countries.rules import Withdrawal
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners.models import Payer


class NotDeclared(Refusal):
    """A visit within the withdrawal period needs the customer's express wish (CRD Art. 7(3))."""

    code = "early_start_not_declared"
    status = 422
    sentence = _("The visit lies within the withdrawal period: please declare that the work may begin before its end.")
    field = "early_start"


def asked_for(*, country: Country, payer_kind: str, starts_at: datetime | None, at: datetime) -> Withdrawal | None:
    """Return the right whose declaration an order at this moment needs, None where it needs none.

    It needs none where the law gives no such right, where the customer owes nothing, and for a visit after the period;
    a visit whose time is not fixed yet counts as one within.
    """
    right = countries.withdrawal(country.code, countries.day_in(country, at))
    if not right.days or payer_kind == Payer.BRAND:
        return None
    return right if starts_at is None or right.is_open(ordered_at=at, at=starts_at) else None


def declare_early_start(*, call: ServiceCall, version: str, now: Occasion) -> None:
    """Keep in the diary which version of the declaration the customer made, where the call needs one.

    Refuses (`NotDeclared`) where it is missing, or is not the one that holds today.
    """
    payer_kind = booking.current_quote(call).payer_kind
    right = asked_for(country=call.country, payer_kind=payer_kind, starts_at=call.visit_starts_at, at=now.at)
    if right is None:
        return
    if version != right.version:
        raise NotDeclared
    bookings.note(call, step="early_start", now=now, facts={"version": version, "language": call.language})


def may_withdraw(call: ServiceCall, at: datetime) -> bool:
    """Tell whether the customer may still withdraw from the order, so that ending it before the work costs nothing."""
    if booking.current_quote(call).payer_kind == Payer.BRAND:
        return False
    right = countries.withdrawal(call.country_id, countries.day_in(call.country, call.booked_at))
    return right.is_open(ordered_at=call.booked_at, at=at)
