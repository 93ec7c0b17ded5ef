"""The shape of a country file: initial rows and the algorithms that no row can hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from mila.kernel.texts import Texts


@dataclass(frozen=True, slots=True)
class InitialValue:
    """A dated value with which a country starts; `source` names the guide or the law it comes from."""

    key: str
    value: object
    holds_from: date
    source: str


@dataclass(frozen=True, slots=True)
class CountryFile:
    """All that the house knows of a country before anybody edits a row.

    `sample_postcode` is the example beside a field; `holidays(year, region)` returns the public holidays of a canton,
    Land or department.
    """

    code: str
    currency: str
    zone: str
    languages: tuple[str, ...]
    sample_postcode: str
    values: tuple[InitialValue, ...]
    holidays: Callable[[int, str], Mapping[date, str]]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The right to withdraw from an order for some `days`; `version` names the texts that were shown.

    `declaration` is what a customer declares who wants the work to begin before they are over (CRD Art. 7(3), 16(a)).
    """

    version: str
    days: int
    information: Texts
    declaration: Texts = field(default_factory=dict)

    def is_open(self, *, ordered_at: datetime, at: datetime) -> bool:
        """Tell whether an order can still be withdrawn from."""
        return at < ordered_at + timedelta(days=self.days)
