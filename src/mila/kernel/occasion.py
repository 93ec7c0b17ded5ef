"""Who does something, and when: handed from the doors down to every verb."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Who(StrEnum):
    """The kinds of actors that can take a step."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    DESK = "desk"
    BRAND = "brand"
    BANK = "bank"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One moment with its actor.

    `at` is an aware UTC time, `actor` the id of the account (or helper) that acts, where there is one.
    """

    by: Who
    at: datetime
    actor: UUID | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("an occasion needs an aware time")


def by_clock(at: datetime) -> Occasion:
    """Return the occasion of the clock itself at the given time."""
    return Occasion(by=Who.CLOCK, at=at)
