"""The price of a booking, and the seal that chains its versions."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

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
        "lines": [
            [line.kind, line.package, dict(line.description), line.amount, line.vat_code] for line in lines
        ],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
