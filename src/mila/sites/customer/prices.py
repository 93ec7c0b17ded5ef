"""Prices as they are shown: always the whole sum that is asked for, with the tax in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mila.booking.models import LineKind
from mila.countries import queries as countries
from mila.countries.models import Country
from mila.countries.queries import CancellationPolicy
from mila.kernel.money import Money
from mila.kernel.texts import Texts
from mila.partners import queries as partners
from mila.partners.models import Brand, ContractModel, Price
from mila.sites.templatetags.words import money, texts


class PriceLine(Protocol):
    """A line of a price, before or after the booking."""

    @property
    def kind(self) -> str: ...
    @property
    def description(self) -> Texts: ...
    @property
    def amount(self) -> int: ...
    @property
    def vat_code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the price table, in words."""

    name: str
    note: str
    amount: str


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """The price table: its lines, the total, and a sentence about the tax in it."""

    lines: tuple[ShownLine, ...]
    total: str
    vat: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A package on the shelf with the whole price."""

    price: Price
    total: int

    @property
    def name(self) -> str:
        """The package's name."""
        return texts(self.price.package.name)

    @property
    def hint(self) -> str:
        """What it is and how long it takes."""
        return f"{texts(self.price.package.summary)} · {duration(self.price.package.minutes)}"

    @property
    def shown_total(self) -> str:
        """The whole price, with its currency."""
        return money(self.total, self.price.currency)


def shelf(*, brand: Brand, country: Country, on: date) -> list[Offered]:
    """Return everything that the brand sells on the day, each with the whole price, in shop order."""
    sold = partners.prices(brand=brand, country=country.code, on=on)
    fee = countries.guarantee_fee(country.code, on) if any(_is_agency(price) for price in sold) else 0
    return [Offered(price, price.amount + (fee if _is_agency(price) else 0)) for price in sold]


def shown(lines: Iterable[PriceLine], *, currency: str, country: Country, on: date) -> ShownPrice:
    """Return the price table of the lines, with the tax that holds on the day of service."""
    rows = list(lines)
    total = sum(row.amount for row in rows)
    tax = sum(
        Money(row.amount, currency).tax_inside(countries.vat_rate(country.code, row.vat_code, on)).minor for row in rows
    )
    vat = _("incl. %(tax)s VAT") % {"tax": money(tax, currency)} if tax else _("no VAT is charged")
    return ShownPrice(tuple(_line(row, currency) for row in rows), money(total, currency), vat)


def duration(minutes: int) -> str:
    """Return how long the work takes, in words."""
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("about %(n)s hour", "about %(n)s hours", hours) % {"n": hours}
    return _("about %(n)s minutes") % {"n": minutes}


def _line(row: PriceLine, currency: str) -> ShownLine:
    is_fee = row.kind == LineKind.GUARANTEE_FEE
    note = _("Something wrong within 14 days? We take care of it.") if is_fee else ""
    return ShownLine(texts(row.description), note, money(row.amount, currency))


def _is_agency(price: Price) -> bool:
    return price.contract_model == ContractModel.AGENCY


@dataclass(frozen=True, slots=True)
class ShownPolicy:
    """What cancelling costs by the time left, in whole percents and words."""

    free_hours: int
    late_percent: int
    near_hours: int
    near_percent: int
    door_percent: int
    cap: str
    grace: int


def shown_policy(policy: CancellationPolicy, currency: str) -> ShownPolicy:
    """Return the policy of cancelling as it is shown."""
    return ShownPolicy(
        free_hours=policy.free_hours,
        late_percent=policy.late_share // 100,
        near_hours=policy.near_hours,
        near_percent=policy.near_share // 100,
        door_percent=policy.door_share // 100,
        cap=money(policy.door_cap_minor, currency),
        grace=policy.asap_grace_minutes,
    )
