"""The price of a booking, and the seal that chains its versions."""

import hashlib
import json
from dataclasses import dataclass

from mila.countries.queries import ChangeLimits
from mila.kernel.money import Money, round_half_up
from mila.kernel.texts import Texts


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of a price: gross `amount` in minor units; `package` is the code where the line is one."""

    kind: str
    package: str | None
    description: Texts
    amount: int
    vat_code: str


@dataclass(frozen=True, slots=True)
class Terms:
    """All that the seal of a quote covers; `commission` in basis points, `provider_pay` in minor units."""

    call: str
    version: int
    contract_model: str
    payer_kind: str
    tiers: tuple[str, ...]
    currency: str
    provider_pay: int | None
    commission: int | None
    lines: tuple[PricedLine, ...]


SEAL_FORM = 2  # 1 covered version, currency and lines alone


def seal(terms: Terms, *, previous: str, form: int = SEAL_FORM) -> str:
    """Return the SHA-256 over a version of a quote and the seal of the one before (PAY-22)."""
    content: dict[str, object] = {
        "previous": previous,
        "version": terms.version,
        "currency": terms.currency,
        "lines": [
            [line.kind, line.package, dict(line.description), line.amount, line.vat_code] for line in terms.lines
        ],
    }
    if form > 1:
        content |= {
            "call": terms.call,
            "contract_model": terms.contract_model,
            "payer": terms.payer_kind,
            "tiers": list(terms.tiers),
            "provider_pay": terms.provider_pay,
            "commission": terms.commission,
        }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def most_to_name(limits: ChangeLimits, *, booked: int) -> int:
    """Return what a helper may name for extra work in all: a share of the booked price (basis points), capped."""
    return min(Money(booked, "XXX").share(limits.named_share).minor, limits.named_most)


def most_by_weak_evidence(limits: ChangeLimits, *, agreed: int) -> int:
    """Return the highest total that a signature on the helper's phone carries.

    `agreed` is the last total that the payer agreed to by a code: many small signatures carry no more than one.
    """
    return agreed + limits.weak


def pay_per_hour(pay: int, *, work_minutes: int, travel_minutes: int) -> int:
    """Return the pay for an hour of a job with the way there and back, in minor units; `travel_minutes` one way."""
    return round_half_up(pay * 60, max(work_minutes + 2 * travel_minutes, 1))
