"""The port to a brand's shop: where a recommended product is ordered, and what the shop says of the order.

A shop is led to with the recommendation's id, keeps it with the order, and says it again in each of its messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mila.kernel.money import Money
from mila.kernel.refusal import Refusal

LONGEST_ORDER_ID = 80


class NotSigned(Refusal):
    """The message is not the shop's, or too old."""

    code = "signature_wrong"
    status = 400
    sentence = _("The signature does not fit, or the message is too old.")


class MessageUnreadable(Refusal):
    """The message is the shop's, and does not say what messages say."""

    code = "message_unreadable"
    status = 422
    sentence = _("The message is not what is asked for here.")


class OrderState(StrEnum):
    """What a shop says of an order."""

    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Told:
    """An order as its shop tells it: for which recommendation, under the shop's own number, for how much in all.

    `back` is what of the total has come back so far, in all; without it, `RETURNED` means the whole order.
    """

    recommendation: UUID
    order_id: str
    total: Money
    state: OrderState
    back: Money | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The way of a client into a shop: to the product, which the shop has at `shop_url`, of the brand in `front`.

    `back` is the page they come from, which no other firm is told.
    """

    product_id: UUID
    shop_url: str
    front: str
    recommendation: UUID
    back: str


class ShopAdapter(Protocol):
    """How a kind of shop is led to and understood."""

    def address(self, way: Way) -> str:
        """Return where the product is ordered."""

    def read(self, *, body: bytes, signature: str, secrets: Sequence[str], at: datetime) -> Told:
        """Return what a message says. Refuses a wrong or old signature, and what cannot be read."""
