"""What a brand's shop says, read by the adapter: signed by the shop, and understood or refused."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from mila.kernel.money import Money
from mila.kernel.signatures import sign
from mila.partners.adapters.shops import MessageUnreadable, NotSigned, OrderState, Told
from mila.partners.adapters.shops.link import SHOP, body_of

AT = datetime(2026, 11, 23, 11, tzinfo=UTC)
TOLD = Told(UUID("01890000-0000-7000-8000-000000000000"), "4711", Money(4990, "CHF"), OrderState.CONFIRMED)


def read(body: bytes, signature: str | None = None, at: datetime = AT) -> Told:
    signature = sign(body=body, secret="right", at=AT) if signature is None else signature
    return SHOP.read(body=body, signature=signature, secrets=["new", "right"], at=at)


def with_members(**wrong: object) -> bytes:
    return json.dumps({**json.loads(body_of(TOLD)), **wrong}).encode()


def test_what_a_shop_writes_is_what_is_read() -> None:
    assert read(body_of(TOLD)) == TOLD
    assert read(body_of(TOLD), at=AT + timedelta(seconds=300)) == TOLD


@pytest.mark.parametrize("signature", ["", "t=1", "t=²,v1=00", f"t={'9' * 5000},v1={'0' * 64}", "v1=,t=", "t=1,v1=é"])
def test_a_strange_signature_is_a_wrong_one(signature: str) -> None:
    with pytest.raises(NotSigned):
        read(body_of(TOLD), signature)


def test_another_secret_another_body_and_an_old_message_are_refused() -> None:
    body = body_of(TOLD)
    for signature, at in (
        (sign(body=body, secret="wrong", at=AT), AT),
        (sign(body=body + b" ", secret="right", at=AT), AT),
        (sign(body=body, secret="right", at=AT), AT + timedelta(seconds=301)),
    ):
        with pytest.raises(NotSigned):
            read(body, signature, at)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"7", b"\xff", b"[" * 30_000])
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(MessageUnreadable):
        read(body)


@pytest.mark.parametrize(
    "wrong",
    [
        {"order_id": ""}, {"order_id": 7}, {"order_id": "x" * 81}, {"order_id": "a\u0000"}, {"total": 4990},
        {"total": {"amount_minor": 49.9, "currency": "CHF"}}, {"total": {"amount_minor": True, "currency": "CHF"}},
        {"total": {"amount_minor": 2**31, "currency": "CHF"}}, {"total": {"amount_minor": 1, "currency": None}},
        {"recommendation": "x"}, {"recommendation": None}, {"state": "stands"}, {"state": None},
    ],
)  # fmt: skip
def test_what_says_something_else_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(MessageUnreadable):
        read(with_members(**wrong))
