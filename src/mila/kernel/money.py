"""Money as integers of minor units with a currency, and the three divisions the house allows."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Self

BASIS_POINTS = 10_000
LARGEST_TYPED = 100_000  # in whole units: who types more has slipped


class CurrencyMixed(TypeError):
    """Two currencies met in one sum: always a mistake of the program."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: `minor` units (Rappen, cents; may be negative) of an ISO 4217 `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("money counts whole minor units")

    def __add__(self, other: Self) -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Self) -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def share(self, basis_points: int) -> "Money":
        """Return this share of the amount, rounded half up to a minor unit (LED-11)."""
        return Money(round_half_up(self.minor * basis_points, BASIS_POINTS), self.currency)

    def split(self, basis_points: int) -> tuple["Money", "Money"]:
        """Return (share, rest); the two always add up, and the remainder is in the rest."""
        share = self.share(basis_points)
        return share, self - share

    def tax_inside(self, rate_basis_points: int) -> "Money":
        """Return the value added tax contained in this gross amount, rounded half up (LED-15)."""
        gross_rate = BASIS_POINTS + rate_basis_points
        return Money(round_half_up(self.minor * rate_basis_points, gross_rate), self.currency)

    def _same(self, other: Self) -> int:
        if self.currency != other.currency:
            raise CurrencyMixed(f"{self.currency} and {other.currency}")
        return other.minor


def round_half_up(numerator: int, denominator: int) -> int:
    """Return numerator ÷ denominator to the nearest integer, halves away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def typed_number(typed: str) -> Decimal | None:
    """Return the number that somebody typed, with point or comma; None where it is none."""
    try:
        number = Decimal(
            typed.strip().replace("\N{RIGHT SINGLE QUOTATION MARK}", "").replace("'", "").replace(",", ".")
        )
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def minor_units(typed: str) -> int | None:
    """Return the amount that somebody typed in minor units; None where it is none, too large, or finer than those."""
    amount = typed_number(typed)
    if amount is None or abs(amount) >= LARGEST_TYPED or amount != round(amount, 2):
        return None
    return int(amount * 100)
