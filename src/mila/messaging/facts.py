"""What a message can say about a call, in the words of one language."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from django.conf import settings
from django.utils.translation import gettext

from mila.booking import queries as booking
from mila.booking.models import Address, LineKind, Quote, ServiceCall, TimeWish
from mila.countries import queries as countries
from mila.kernel.money import Money
from mila.kernel.texts import say
from mila.messaging.rules import amount, clock_time, day, locale_of
from mila.partners.models import Brand, SupportContact
from mila.partners.queries import support


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the small table in a mail: what it is, and what it says."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A call as it is told in one language, at one moment."""

    call: ServiceCall
    language: str
    at: datetime

    @property
    def locale(self) -> Locale:
        """The language as it is written in the call's country."""
        return locale_of(self.language, self.call.country_id)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the visit."""
        return countries.zone(self.call.country)

    def what(self) -> Fact:
        """The packages by name."""
        lines = booking.current_quote(self.call).lines.all()
        names = [say(line.description, self.language) for line in lines if line.kind == LineKind.PACKAGE]
        return Fact(gettext("What"), ", ".join(names))

    def when(self) -> Fact:
        """The arrival window in local time, or the wish while none is fixed."""
        return Fact(gettext("When"), self._window() if self.call.visit_starts_at else self._wish())

    def where(self) -> Fact:
        """The address of the visit: for the customer's own people only."""
        return Fact(gettext("Where"), _address_line(self.call.address))

    def who(self) -> Fact:
        """The first name of the person who comes."""
        return Fact(gettext("Who comes"), self.helper_name())

    def price(self) -> list[Fact]:
        """The total, what of it is the guarantee fee, and the tax in it."""
        quote = booking.current_quote(self.call)
        facts = [Fact(gettext("Price in all"), self.money(quote.total_money))]
        if fee := sum(line.amount for line in quote.lines.all() if line.kind == LineKind.GUARANTEE_FEE):
            facts.append(Fact(gettext("of which Happiness Guarantee"), self.money(Money(fee, quote.currency))))
        return facts + self._tax(quote)

    def lines(self) -> list[Fact]:
        """Every line of the price, the total, and the tax in it."""
        quote = booking.current_quote(self.call)
        lines = [
            Fact(say(line.description, self.language), self.money(Money(line.amount, quote.currency)))
            for line in quote.lines.all()
        ]
        return [*lines, Fact(gettext("Price in all"), self.money(quote.total_money)), *self._tax(quote)]

    def total(self) -> str:
        """The total of the current quote as it is written."""
        return self.money(booking.current_quote(self.call).total_money)

    def order_number(self) -> Fact:
        """The number that people read aloud."""
        return Fact(gettext("Order number"), self.call.order_number)

    def helper_name(self) -> str:
        """The first name of the person who comes, empty while there is nobody."""
        assignment = booking.last_assignment(self.call)
        return assignment.helper.first_name if assignment else ""

    def expected(self) -> str:
        """The expected time of arrival, empty where it is not known."""
        at = self.call.expected_at
        return clock_time(at, self.zone, self.locale) if at else ""

    def moment(self, at: datetime) -> str:
        """A point in time with its weekday."""
        return gettext("%(day)s at %(time)s") % {
            "day": day(at, self.zone, self.locale),
            "time": clock_time(at, self.zone, self.locale),
        }

    def money(self, money: Money) -> str:
        """Money as it is written in the language."""
        return amount(money, self.locale)

    def _tax(self, quote: Quote) -> list[Fact]:
        on = (self.call.visit_starts_at or self.at).astimezone(self.zone).date()
        tax = sum(
            Money(line.amount, quote.currency)
            .tax_inside(countries.vat_rate(self.call.country_id, line.vat_code, on))
            .minor
            for line in quote.lines.all()
        )
        return [Fact(gettext("of which VAT"), self.money(Money(tax, quote.currency)))] if tax else []

    def _window(self) -> str:
        start = self.call.visit_starts_at
        return self.window(start) if start else ""

    def window(self, start: datetime) -> str:
        """An arrival window of the call that begins then."""
        if not self.call.window_minutes:
            return self.moment(start)
        end = start + timedelta(minutes=self.call.window_minutes)
        return gettext("%(day)s, arrival between %(from)s and %(to)s") % {
            "day": day(start, self.zone, self.locale),
            "from": clock_time(start, self.zone, self.locale),
            "to": clock_time(end, self.zone, self.locale),
        }

    def _wish(self) -> str:
        if self.call.time_wish == TimeWish.ASAP:
            return gettext("As soon as possible")
        if self.call.time_wish == TimeWish.TO_AGREE:
            return gettext("To be agreed with your helper")
        return gettext("One of the times you prefer")


def status_page(call: ServiceCall) -> str:
    """Return the address of the call's status page in its brand's look: under the brand's host, else its path."""
    return f"{front_of(call.brand)}/s/{call.status_key}/"


def front_of(brand: Brand) -> str:
    """Return where a brand's own pages begin: under its host, else its path."""
    if brand.host:
        return f"https://{brand.host}"
    return settings.PUBLIC_URL if brand.is_own else f"{settings.PUBLIC_URL}/b/{brand.slug}"


def visit_page(call: ServiceCall) -> str:
    """Return the address of the call in the helper's app."""
    return f"{settings.PUBLIC_URL}/app/visits/{call.id}/"


def earnings_page() -> str:
    """Return the address of the helper's earnings in the app."""
    return f"{settings.PUBLIC_URL}/app/earnings/"


def support_of(call: ServiceCall) -> SupportContact | None:
    """Return who answers questions about the call."""
    return support(country=call.country_id, brand=call.brand)


def own_support(brand: Brand, country: str = "") -> SupportContact | None:
    """Return who answers in a country where no call is meant; by default in the installation's own."""
    return support(country=country or settings.MILA_COUNTRY, brand=brand)


def _address_line(address: Address) -> str:
    street = f"{address.street} {address.house_number}".strip()
    return f"{street}, {address.postcode} {address.town}"
