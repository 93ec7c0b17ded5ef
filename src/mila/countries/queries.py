"""What holds in a country on a day."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from psycopg.types.range import Range

from mila.countries.models import Country, DatedValue, LegalEntity
from mila.countries.rules import Withdrawal
from mila.kernel.kept import kept
from mila.kernel.texts import Texts


class ValueMissing(LookupError):
    """A country has no row for a key on a day: a fault of its set-up."""


@dataclass(frozen=True, slots=True)
class CancellationPolicy:
    """What cancelling costs by the time left: shares in basis points of the price.

    `free_hours` before the visit it is free; then `late_share`, from `near_hours` before on
    `near_share`; at the door `door_share`, but at most `door_cap_minor`; `helper_share` of it is the helper's.
    For `asap_grace_minutes` after an as-soon-as-possible assignment it is free.
    """

    free_hours: int
    late_share: int
    near_hours: int
    near_share: int
    door_share: int
    door_cap_minor: int
    helper_share: int
    asap_grace_minutes: int


@kept
def by_code(code: str) -> Country:
    """Return the country of a code that is known to be one of the installation's."""
    return Country.objects.get(code=code)


def value(country: str, key: str, on: date) -> object:
    """Return the value of the key that holds in the country on the day. Raises ValueMissing."""
    found = [value for holds, value in _values(country, key) if on in holds]
    if not found:
        raise ValueMissing(f"{country} {key} {on}")
    return found[0]


@kept  # all days together: pages of past calls ask for days of their own
def _values(country: str, key: str) -> tuple[tuple[Range[date], object], ...]:
    return tuple(DatedValue.objects.filter(country_id=country, key=key).values_list("holds", "value"))


def number(country: str, key: str, on: date) -> int:
    """Return a whole-number value (minor units, basis points, days) that holds on the day."""
    found = value(country, key, on)
    if not isinstance(found, int):
        raise ValueMissing(f"{country} {key} {on}: {found!r} is no whole number")
    return found


def vat_rate(country: str, code: str, on: date) -> int:
    """Return the rate of value added tax of a code on the day of service, in basis points."""
    return number(country, f"vat.{code}", on)


def guarantee_fee(country: str, on: date) -> int:
    """Return the Happiness Guarantee fee, in minor units, gross (guide: EUR 2.90 / CHF 4.90)."""
    return number(country, "guarantee_fee", on)


def cancellation_policy(country: str, on: date) -> CancellationPolicy:
    """Return the policy of cancelling that holds on the day of booking."""
    found = value(country, "cancellation", on)
    if not isinstance(found, dict):
        raise ValueMissing(f"{country} cancellation {on}")
    return CancellationPolicy(**found)


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """How far a price may change after the booking, in minor units; `named_share` in basis points.

    `weak` is what a signature on the helper's phone carries beyond what the payer agreed to by code; what a helper
    names for extra work is at most `named_share` of the booked price, and at most `named_most`.
    """

    weak: int
    named_share: int
    named_most: int


def change_limits(country: str, on: date) -> ChangeLimits:
    """Return how far a price may change after the booking, as it holds on the day of booking."""
    found = value(country, "change_limits", on)
    if not isinstance(found, dict):
        raise ValueMissing(f"{country} change_limits {on}")
    return ChangeLimits(**found)


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """How long after a visit its helper may prepare another, and how long the client may think about it, in days."""

    days_after: int
    answer_days: int


def follow_up_policy(country: str, on: date) -> FollowUpPolicy:
    """Return how long a further visit may be prepared and answered, as it holds on the day."""
    found = value(country, "follow_up", on)
    if not isinstance(found, dict):
        raise ValueMissing(f"{country} follow_up {on}")
    return FollowUpPolicy(**found)


def contract_models(country: str, on: date) -> frozenset[str]:
    """Return the contract models that the country's law allows to be quoted on the day."""
    found = value(country, "contract_models", on)
    if not isinstance(found, list):
        raise ValueMissing(f"{country} contract_models {on}")
    return frozenset(found)


def withdrawal(country: str, on: date) -> Withdrawal:
    """Return the right of withdrawal of an order placed on the day; of no days where the law gives none."""
    found = value(country, "withdrawal", on)
    if not isinstance(found, dict):
        raise ValueMissing(f"{country} withdrawal {on}")
    return Withdrawal(**found)


def order_button(country: str, on: date) -> Texts:
    """Return what the button says that orders with costs: words that the law prescribes."""
    found = value(country, "order_button", on)
    if not isinstance(found, dict):
        raise ValueMissing(f"{country} order_button {on}")
    return found


def day_in(country: Country, at: datetime) -> date:
    """Return which day it is in the country."""
    return at.astimezone(zone(country)).date()


def zone(country: Country) -> ZoneInfo:
    """Return the time zone in which the country's visits are shown."""
    return ZoneInfo(country.zone)


@kept
def issuing_entity(country: str) -> LegalEntity:
    """Return the operator's company that issues in the country."""
    return LegalEntity.objects.filter(country_id=country).order_by("id").first() or _no_entity(country)


def _no_entity(country: str) -> LegalEntity:
    raise ValueMissing(f"{country}: no legal entity")
