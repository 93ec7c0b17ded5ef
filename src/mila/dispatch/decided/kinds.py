"""What many helpers have in common, judged once for all of them: standing, tier, languages, vehicles, contracts.

A crowd has some hundred kinds, however large it is. A kind that was read once keeps its number in the process.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from mila.dispatch.decided.arrays import Array
from mila.dispatch.rules import MEETS
from mila.kernel.place import SPEED_KMH, START_MINUTES, Transport

BEFORE_AREA = ("active", "company", "payable", "tier", "language", "vehicle")
NO_CONTRACT, NOT_QUALIFIED = 8, 16  # above the number of what is missed before the area
NEEDS_REMEMBERED = 500
NONE = np.empty(0, np.int64)


class Needs(NamedTuple):
    """What a call asks of a kind; `on` is the day on which proofs have to hold, empty where none is asked."""

    tiers: tuple[str, ...]
    language: str
    vehicle: str | None
    contract: str
    qualifications: tuple[str, ...]
    on: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of helper; `qualifications` are held until the day, in ISO form, or without an end (None)."""

    country: str
    tier: str
    transport: Transport
    zone: str
    daily_cap: int
    active: bool
    company: bool
    payable: bool
    languages: Sequence[str]
    vehicles: Sequence[str]
    contracts: frozenset[str]
    qualifications: Mapping[str, str | None]

    def qualified(self, needs: Needs) -> list[str]:
        """Return which of the qualifications asked are held on the day."""
        held = self.qualifications
        return [code for code in needs.qualifications if code in held and (held[code] or needs.on) >= needs.on]


def kind_of(text: str) -> Kind:
    """Return the kind from the words in which the database says it."""
    country, tier, transport, zone, cap, active, company, payable, languages, vehicles, contracts, held = text.split(
        "|", 11
    )
    return Kind(
        country=country,
        tier=tier,
        transport=Transport(transport),
        zone=zone,
        daily_cap=int(cap),
        active=active == "1",
        company=company == "1",
        payable=payable == "1",
        languages=languages.split(",") if languages else [],
        vehicles=vehicles.split(",") if vehicles else [],
        contracts=frozenset(contracts.split(",")) if contracts else frozenset(),
        qualifications=json.loads(held),
    )


class Kinds:
    """The kinds of a process, by number: some may come to them, none changes. Adding is for one thread at a time."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.texts: list[str] = []
        self.rows: list[Kind] = []
        self._judged: dict[Needs, Array] = {}
        self._tables: dict[str, Array] = {}
        self._zones: dict[str, int] = {}

    def numbers(self, texts: Sequence[str]) -> Array:
        """Return the number of each text, a new one for what was never read before."""
        for text in set(texts) - self._numbers.keys():
            self.rows.append(kind_of(text))
            self.texts.append(text)
            self._numbers[text] = len(self.texts) - 1
        return np.fromiter(map(self._numbers.__getitem__, texts), np.int32, len(texts))

    def judged(self, needs: Needs) -> Array:
        """Return of each kind what it misses first before the area (from 1), with flags for contract and proofs."""
        known = self._judged.get(needs)
        if known is None or len(known) < len(self.rows):
            rows = self.rows[len(known) if known is not None else 0 :]
            more = np.array([_judged(one, needs) for one in rows], np.int8)
            known = more if known is None else np.concatenate((known, more))
            if len(self._judged) >= NEEDS_REMEMBERED:
                self._judged.clear()
            self._judged[needs] = known
        return known

    def zones(self) -> tuple[list[str], Array]:
        """Return the zones, and the number of each kind's."""
        known = self._tables.get("zones", NONE)
        if len(known) < len(self.rows):
            numbers = [self._zones.setdefault(one.zone, len(self._zones)) for one in self.rows]
            known = self._tables["zones"] = np.array(numbers, np.int64)
        return list(self._zones), known

    def of_tier(self, tier: str) -> Array:
        """Tell of each kind whether it is of the tier."""
        known = self._tables.get(f"tier {tier}", NONE)
        if len(known) < len(self.rows):
            known = self._tables[f"tier {tier}"] = np.array([one.tier == tier for one in self.rows])
        return known

    def table(self, name: str) -> Array:
        """Return a value of each kind: `start` and `speed` on the road, `daily_cap`."""
        known = self._tables.get(name)
        if known is None or len(known) < len(self.rows):
            known = np.array([_VALUES[name](one) for one in self.rows])
            self._tables[name] = known
        return known


def _judged(one: Kind, needs: Needs) -> int:
    said: dict[str, tuple[Any, Any]] = {
        "active": (one.active, True),
        "company": (one.company, True),
        "payable": (one.payable, True),
        "tier": (one.tier, needs.tiers),
        "language": (one.languages, needs.language),
        "vehicle": (one.vehicles, needs.vehicle),
    }
    missed = next((place for place, name in enumerate(BEFORE_AREA, 1) if not MEETS[name](*said[name])), 0)
    unsigned = NO_CONTRACT if needs.contract and needs.contract not in one.contracts else 0
    unproven = NOT_QUALIFIED if len(one.qualified(needs)) < len(needs.qualifications) else 0
    return missed + unsigned + unproven


_VALUES: Mapping[str, Callable[[Kind], int]] = {
    "start": lambda one: START_MINUTES[one.transport],
    "speed": lambda one: SPEED_KMH[one.transport],
    "daily_cap": lambda one: one.daily_cap,
}
