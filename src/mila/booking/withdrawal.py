"""The customer's right to withdraw from an order, and the declaration that the work may begin before it is over."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.actions import PriceOffer
from mila.booking.models import LineKind, ServiceCall, Stage
from mila.booking.models import Withdrawal as Declaration
from mila.booking.rules import PricedLine
from mila.countries import queries as countries
from mila.countries.models import Country
from mila.countries.rules import Withdrawal
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners.models import ContractModel, Payer


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


class NoRight(Refusal):
    """The law gives no right to withdraw (any more)."""

    code = "no_right_to_withdraw"
    sentence = _("There is no right of withdrawal for this order, or it has ended.")


class OtherOrder(Refusal):
    """The order number in the declaration is another one."""

    code = "other_order"
    status = 422
    sentence = _("This is not the number of this order.")
    field = "order_number"


OPEN_AT = (
    Stage.DRAFTED,
    Stage.REQUESTED,
    Stage.ACCEPTED,
    Stage.CONTACTED,
    Stage.CONFIRMED,
    Stage.ON_THE_WAY,
    Stage.ARRIVED,
    Stage.WORKING,
    Stage.STRANDED,
)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a customer declares: who, about which order, where the receipt is to go, and in which words."""

    name: str
    order_number: str
    email: str
    phone: str
    language: str
    words: str


def is_open(call: ServiceCall, at: datetime) -> bool:
    """Tell whether the customer can withdraw now: within the period, and before the work is wholly done.

    Source: CRD Art. 9 and 16(a); the customer declared at the order to know that the right ends with the work.
    """
    return call.stage in OPEN_AT and may_withdraw(call, at) and declared(call) is None


def declared(call: ServiceCall) -> Declaration | None:
    """Return the withdrawal from the call's contract, if it was declared."""
    return Declaration.objects.filter(call=call).first()


def must_be_open(call: ServiceCall, said: Declared, at: datetime) -> None:
    """Refuse a withdrawal where there is no right to it (`NoRight`), or of another order (`OtherOrder`)."""
    if not is_open(call, at):
        raise NoRight
    if _bare(said.order_number) != _bare(call.order_number):
        raise OtherOrder


def write(*, call: ServiceCall, declared: Declared, owed: int, now: Occasion) -> Declaration:
    """Keep the withdrawal as it arrived; `owed` in minor units is due for the work done until then."""
    return Declaration.objects.create(
        call=call,
        at=now.at,
        name=declared.name,
        email=declared.email,
        phone=declared.phone,
        language=declared.language,
        words=declared.words,
        owed=owed,
    )


def part_price(call: ServiceCall, *, done: int, of: int) -> PriceOffer | None:
    """Return the price of the steps that are done, as a share of all; None where that is nothing.

    The guarantee fee falls away: what ends early needs no guarantee (CRD Art. 14(3): in proportion to what was agreed).
    """
    quote = booking.current_quote(call)
    lines = [
        PricedLine(LineKind(line.kind), line.package_id, line.description, line.amount * done // of, line.vat_code)
        for line in quote.lines.order_by("position")
        if line.kind != LineKind.GUARANTEE_FEE
    ]
    if not done or not sum(line.amount for line in lines):
        return None
    return PriceOffer(
        contract_model=ContractModel(quote.contract_model),
        payer_kind=quote.payer_kind,
        tiers=tuple(quote.tiers),
        currency=quote.currency,
        lines=tuple(lines),
        provider_pay=None if quote.provider_pay is None else quote.provider_pay * done // of,
        minutes=call.minutes,
    )


def _bare(number: str) -> str:
    return "".join(letter for letter in number.upper() if letter.isalnum())
