"""The price of a booking, and the seal that chains its versions."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from mila.kernel.money import round_half_up
from mila.kernel.texts import Texts


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of a price: gross `amount` in minor units; `package` is the code where the line is one."""

    kind: str
    package: str | None
    description: Texts
    amount: int
    vat_code: str


def seal(*, previous: str, version: int, currency: str, lines: Sequence[PricedLine]) -> str:
    """Return the SHA-256 over a version of a quote and the seal of the one before (PAY-22)."""
    content = {
        "previous": previous,
        "version": version,
        "currency": currency,
        "lines": [[line.kind, line.package, dict(line.description), line.amount, line.vat_code] for line in lines],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def pay_per_hour(pay: int, *, work_minutes: int, travel_minutes: int) -> int:
    """Return the pay for an hour of a job with the way there and back, in minor units; `travel_minutes` one way."""
    return round_half_up(pay * 60, max(work_minutes + 2 * travel_minutes, 1))
