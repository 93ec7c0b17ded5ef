"""The shape of a country file: initial rows and the algorithms that no row can hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


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

    `holidays(year, region)` returns the public holidays of a canton, Land or department.
    """

    code: str
    currency: str
    zone: str
    languages: tuple[str, ...]
    values: tuple[InitialValue, ...]
    holidays: Callable[[int, str], Mapping[date, str]]
