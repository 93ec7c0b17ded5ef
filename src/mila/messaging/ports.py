"""What the house asks of those who carry messages."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered message on its way: `id` is our row's, so that a carrier who is asked twice can know it.

    `sender` is the name it comes under; empty for the operator's own.
    """

    id: UUID
    recipient: str
    language: str
    subject: str
    text: str
    html: str
    device: UUID | None = None
    sender: str = ""


class CarrierAway(Exception):
    """The carrier cannot be reached or is in trouble, whatever the letter; it is asked again before long."""


class NotYet(Exception):
    """The carrier is well but does not take this letter now; it is tried again later and later."""


class CarrierRefused(Exception):
    """The carrier will never take this letter, however often it is asked."""


class RecipientGone(CarrierRefused):
    """There is nobody at this address any more."""


class Carrier(Protocol):
    """Somebody who brings letters to people, at most once per letter as far as it can tell."""

    @property
    def shows_letters(self) -> bool:
        """Whether letters are read in the outbox, as a stand-in's are, instead of by a person."""

    def carry(self, letter: Letter) -> None:
        """Hand the letter over. Raises CarrierAway, NotYet or CarrierRefused."""
