"""Any shop that keeps a word of the address: the product's page with `?mila=<recommendation>`, and signed JSON back."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from mila.kernel.money import Money
from mila.kernel.signatures import fits
from mila.partners.adapters.shops import LONGEST_ORDER_ID, MessageUnreadable, NotSigned, OrderState, Told, Way

WORD = "mila"
MOST = 2**31 - 1
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class LinkShop:
    """A shop that is led to by a link."""

    def address(self, way: Way) -> str:
        parts = urlsplit(way.shop_url)
        query = [*parse_qsl(parts.query, keep_blank_values=True), (WORD, str(way.recommendation))]
        return parts._replace(query=urlencode(query)).geturl()

    def read(self, *, body: bytes, signature: str, secrets: Sequence[str], at: datetime) -> Told:
        if not fits(body=body, signature=signature, secrets=secrets, at=at):
            raise NotSigned
        try:
            return told_in(json.loads(body))
        except (ValueError, KeyError, TypeError, RecursionError) as fault:
            raise MessageUnreadable from fault


def told_in(found: dict[str, Any]) -> Told:
    """Return what the members of a message say. Raises ValueError, KeyError or TypeError for what does not fit."""
    order_id, amount, currency = found["order_id"], found["total"]["amount_minor"], found["total"]["currency"]
    if type(order_id) is not str or not 0 < len(order_id.strip()) <= LONGEST_ORDER_ID or _UNPRINTABLE.search(order_id):
        raise ValueError("order_id")
    if type(amount) is not int or not 0 < amount <= MOST or type(currency) is not str:
        raise ValueError("total")
    recommendation, state = UUID(str(found["recommendation"])), OrderState(found["state"])
    return Told(recommendation, order_id.strip(), Money(amount, currency), state, _back_in(found, state))


def _back_in(found: dict[str, Any], state: OrderState) -> Money | None:
    if found.get("returned") is None:
        return None
    amount, currency = found["returned"]["amount_minor"], found["returned"]["currency"]
    if state is not OrderState.RETURNED or type(amount) is not int or not 0 < amount <= MOST:
        raise ValueError("returned")
    if type(currency) is not str:
        raise ValueError("returned")
    return Money(amount, currency)


def body_of(told: Told) -> bytes:
    """Return the body of a message, as a shop writes it."""
    said = {"recommendation": str(told.recommendation), "order_id": told.order_id, "total": _said(told.total)}
    back = {"returned": _said(told.back)} if told.back is not None else {}
    return json.dumps({**said, **back, "state": told.state}, sort_keys=True).encode()


def _said(money: Money) -> dict[str, object]:
    return {"amount_minor": money.minor, "currency": money.currency}


SHOP = LinkShop()
