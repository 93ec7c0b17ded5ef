"""What a visit costs after a change: kept lines stay as they were frozen, new ones come from today's catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.utils.translation import gettext_lazy as _

from mila.booking import queries
from mila.booking.actions import PriceOffer
from mila.booking.changes import limits_of
from mila.booking.lines import AnyPrice, NotSold
from mila.booking.models import LineKind, Quote, QuoteLine, ServiceCall
from mila.booking.rules import PricedLine, most_to_name
from mila.countries import queries as countries
from mila.kernel.money import round_half_up
from mila.kernel.refusal import Refusal
from mila.partners import queries as partners
from mila.partners.models import ContractModel

MOST_LINES = 8
MOST_MINUTES = 480  # what a package may take, too


class NothingChanged(Refusal):
    """The change changes nothing."""

    code = "nothing_changed"
    status = 422
    sentence = _("Please choose what is to change.")


class NothingLeft(Refusal):
    """No work would be left."""

    code = "nothing_left"
    status = 422
    sentence = _("Something has to be left to do. If nothing is, check out without the work, or let the client cancel.")


class NamedTooMuch(Refusal):
    """Extra work costs more than a helper may name."""

    code = "named_too_much"
    status = 422
    sentence = _("Extra work of that size needs another booking: please call our support.")
    field = "amount"


class OnlyPackages(Refusal):
    """Under the fixed-price models more work is another package."""

    code = "only_packages"
    status = 422
    sentence = _("At fixed prices, more work is another package from the list.")
    field = "amount"


class TooLong(Refusal):
    """The work would take longer than a visit may."""

    code = "too_long"
    status = 422
    sentence = _("That is more than fits into one visit. Please arrange another visit with our support.")


@dataclass(frozen=True, slots=True)
class ExtraWork:
    """Work that no package names: what it is in the helper's language, its gross price in minor units."""

    description: str
    language: str
    amount: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a helper asks for: positions of lines to keep, packages to add, extra work, and minutes on top for it."""

    keep: frozenset[int]
    add: tuple[str, ...] = ()
    extra: tuple[ExtraWork, ...] = ()
    more_minutes: int = 0


def addable(call: ServiceCall, *, tier: str, on: date) -> list[AnyPrice]:
    """Return the prices of the packages that could be added: same contract, payer and currency, open to the tier."""
    quote = queries.current_quote(call)
    sold = partners.prices(brand=call.brand, country=call.country_id, on=on)
    other = partners.fallback_prices(brand=call.brand, country=call.country_id, on=on)
    found: dict[str, AnyPrice] = {}
    for price in chain[AnyPrice](sold, other):
        if _goes_with(price, quote) and tier in price.tiers and not price.package.pick_up_vehicle:
            found.setdefault(price.package_id, price)
    return list(found.values())


def price_change(call: ServiceCall, *, wanted: Wanted, prices: Sequence[AnyPrice]) -> PriceOffer:
    """Return what the visit would cost; `prices` are those of `addable`, or fewer.

    Refuses what changes nothing or leaves nothing, packages that are not among the prices, extra work under the
    fixed-price models or beyond the limits, and more than fits into a visit.
    """
    quote = queries.current_quote(call)
    known = {price.package_id: price for price in prices}
    if not set(wanted.add) <= set(known):
        raise NotSold
    added = [known[code] for code in wanted.add]
    _must_be_named_rightly(call, quote, wanted)
    kept = [line for line in quote.lines.all() if line.kind == LineKind.GUARANTEE_FEE or line.position in wanted.keep]
    dropped = [line for line in quote.lines.all() if line not in kept]
    lines = _lines(quote, kept, added, wanted)
    minutes = _minutes(call, dropped, added, wanted)
    _must_be_work(quote, lines, changed=bool(dropped or added or wanted.extra))
    return PriceOffer(
        contract_model=ContractModel(quote.contract_model),
        payer_kind=quote.payer_kind,
        tiers=tuple(quote.tiers),
        currency=quote.currency,
        lines=lines,
        provider_pay=_pay(call, quote, dropped, added),
        minutes=minutes,
    )


def _goes_with(price: AnyPrice, quote: Quote) -> bool:
    theirs = (price.contract_model, price.payer, price.currency)
    return theirs == (quote.contract_model, quote.payer_kind, quote.currency)


def _must_be_named_rightly(call: ServiceCall, quote: Quote, wanted: Wanted) -> None:
    if not wanted.extra:
        return
    if quote.contract_model != ContractModel.AGENCY:
        raise OnlyPackages
    booked = min(call.quotes.all(), key=lambda one: one.version)
    kept = [line for line in quote.lines.all() if line.kind == LineKind.EXTRA_WORK and line.position in wanted.keep]
    named = sum(line.amount for line in kept) + sum(work.amount for work in wanted.extra)
    if named > most_to_name(limits_of(call), booked=booked.total):
        raise NamedTooMuch


def _lines(
    quote: Quote, kept: Sequence[QuoteLine], added: Sequence[AnyPrice], wanted: Wanted
) -> tuple[PricedLine, ...]:
    """Return the new lines: what is kept, what is added, extra work, and the guarantee fee last as before."""
    frozen = [_frozen(line) for line in kept if line.kind != LineKind.GUARANTEE_FEE]
    fees = [_frozen(line) for line in kept if line.kind == LineKind.GUARANTEE_FEE]
    new = [
        PricedLine(LineKind.PACKAGE, price.package_id, price.package.name, price.amount, price.vat_code)
        for price in added
    ]
    vat = next(line.vat_code for line in quote.lines.all() if line.kind != LineKind.GUARANTEE_FEE)
    extra = [
        PricedLine(LineKind.EXTRA_WORK, None, {work.language: work.description}, work.amount, vat)
        for work in wanted.extra
    ]
    return (*frozen, *new, *extra, *fees)


def _frozen(line: QuoteLine) -> PricedLine:
    return PricedLine(LineKind(line.kind), line.package_id, line.description, line.amount, line.vat_code)


def _must_be_work(quote: Quote, lines: Sequence[PricedLine], *, changed: bool) -> None:
    work = [line for line in lines if line.kind != LineKind.GUARANTEE_FEE]
    before = [_frozen(line) for line in quote.lines.all()]
    if not work or not sum(line.amount for line in work):
        raise NothingLeft
    if not changed or list(lines) == before:
        raise NothingChanged
    if len(lines) > MOST_LINES:
        raise TooLong


def _minutes(call: ServiceCall, dropped: Sequence[QuoteLine], added: Sequence[AnyPrice], wanted: Wanted) -> int:
    less = sum(line.package.minutes for line in dropped if line.package is not None)
    more = sum(price.package.minutes for price in added) + wanted.more_minutes
    minutes = max(call.minutes - less, 0) + more
    if minutes > MOST_MINUTES:
        raise TooLong
    return max(minutes, 10)


def _pay(call: ServiceCall, quote: Quote, dropped: Sequence[QuoteLine], added: Sequence[AnyPrice]) -> int | None:
    if quote.provider_pay is None:
        return None
    less = sum(_pay_of(call, quote, line) for line in dropped)
    return max(quote.provider_pay - less, 0) + sum(price.provider_pay or 0 for price in added)


def _pay_of(call: ServiceCall, quote: Quote, line: QuoteLine) -> int:
    """Return the pay that a frozen line stands for: by the price of its day, else its share of the whole."""
    on = countries.day_in(call.country, call.booked_at)
    sold = partners.prices(brand=call.brand, country=call.country_id, on=on)
    known = (one for one in sold if one.package_id == line.package_id and _goes_with(one, quote))
    price = next((one for one in known if one.amount == line.amount), None)
    if price is not None and price.provider_pay is not None:
        return price.provider_pay
    work = sum(one.amount for one in quote.lines.all() if one.kind != LineKind.GUARANTEE_FEE)
    return round_half_up((quote.provider_pay or 0) * line.amount, max(work, 1))
