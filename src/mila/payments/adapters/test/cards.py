"""The test cards: which one is chosen decides what happens."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Card:
    """A test card by its last digits; `hint` says what it plays.

    The sets name the requests that it declines, with the bank's code.
    """

    digits: str
    hint: str | Promise
    brand: str = "Visa"
    declines: frozenset[str] = frozenset()
    code: str = ""
    asks_3ds: bool = False
    can_hold: bool = True
    message_delay_s: int = 0
    messages: int = 1
    loses_first_answer: bool = False

    @property
    def label(self) -> str:
        """How the customer knows it again."""
        return f"{self.brand} •••• {self.digits}" if self.digits.isdigit() else self.brand


CARDS = {
    card.digits: card
    for card in (
        Card("4242", _("Everything works")),
        Card("3155", _("Asks for 3-D Secure"), asks_3ds=True),
        Card("twint", _("Works, but cannot be held in advance"), brand="TWINT", can_hold=False),
        Card(
            "0002",
            _("Is declined at once"),
            declines=frozenset({"setup", "payment", "hold", "capture", "charge"}),
            code="card_declined",
        ),
        Card(
            "0341",
            _("Can be saved and held, but is declined when charged"),
            declines=frozenset({"capture", "charge"}),
            code="card_declined",
        ),
        Card(
            "9995",
            _("Can be saved, but has too little money"),
            declines=frozenset({"hold", "capture", "charge", "payment"}),
            code="insufficient_funds",
        ),
        Card(
            "0119",
            _("Works, but nothing more can be reserved than at first"),
            declines=frozenset({"raise"}),
            code="insufficient_funds",
        ),
        Card("5126", _("Works; giving money back is refused"), declines=frozenset({"refund"}), code="refund_refused"),
        Card("0077", _("Works; the bank’s message comes two minutes late"), message_delay_s=120),
        Card("0085", _("Works; the bank’s message comes twice"), messages=2),
        Card("0093", _("Works; the bank’s first answer is lost on the way"), loses_first_answer=True),
    )
}
FEES = {"CHF": (290, 30), "EUR": (150, 25)}  # share in basis points and fixed part, for illustration
DISPUTE_FEES = {"CHF": 2000, "EUR": 2000}  # in minor units, kept whoever wins, for illustration
HOLD_DAYS = 7
CLOSED_ACCOUNT = "closed"  # transfers to accounts whose reference ends so are refused


def means_of(card: Card) -> str:
    """Return the reference under which the bank saves a card."""
    return f"means_{card.digits}"


def card_of(means: str) -> Card:
    """Return the card saved under the reference."""
    return CARDS[means.removeprefix("means_")]
