"""How the stand-in's messages look on the wire: JSON, signed with HMAC-SHA256 over time and body."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from mila.kernel.money import Money
from mila.kernel.signatures import fits
from mila.payments.adapters import (
    Answer,
    Captured,
    ChargeAnswer,
    Declined,
    DisputeNews,
    Held,
    MeansAnswer,
    Noted,
    Notice,
    Refunded,
    Result,
    Saved,
    SignatureWrong,
    Standing,
    Transferred,
)
from mila.payments.adapters.test.models import Disputed, Event, PageKind, Word

Json = dict[str, Any]
DISPUTE = "dispute"
STANDINGS = {
    Word.WARNING: Standing.WARNED,
    Word.WARNING_UNDER_REVIEW: Standing.WARNED,
    Word.WARNING_CLOSED: Standing.PASSED,
    Word.NEEDS_RESPONSE: Standing.OPEN,
    Word.UNDER_REVIEW: Standing.OPEN,
    Word.WON: Standing.WON,
    Word.LOST: Standing.LOST,
    Word.PREVENTED: Standing.PASSED,
}


def digest(text: str) -> str:
    """Return a name made from a key that tells nothing about it."""
    return hashlib.sha256(text.encode()).hexdigest()


def check(*, body: bytes, signature: str, secrets: Iterable[str], at: datetime) -> None:
    """Refuse a body whose signature fits none of the secrets (two while one is being changed) or is too old."""
    if not fits(body=body, signature=signature, secrets=secrets, at=at):
        raise SignatureWrong


def body_of(event: Event) -> bytes:
    """Return the raw body in which an event is sent."""
    return json.dumps({"id": event.id, "kind": event.kind, "facts": event.facts}, sort_keys=True).encode()


def notice_from(body: bytes) -> Notice:
    """Return the message in a body; kinds that are not known bring no answer (failure 27 of the reference)."""
    found = json.loads(body)
    kind, facts = found["kind"], found["facts"]
    return Notice(found["id"], kind, _news(facts) if kind == DISPUTE else _answer(kind, facts))


def dispute_to(row: Disputed) -> Json:
    """Return all that a message says of a dispute."""
    return {
        "taken": row.taken_id,
        "dispute": row.id,
        "word": row.word,
        "reason": row.reason,
        "amount": row.amount,
        "fee": row.fee,
        "currency": row.taken.currency,
        "opened_at": row.opened_at.isoformat(),
        "answer_by": row.answer_by.isoformat(),
    }


def _news(facts: Json) -> DisputeNews:
    return DisputeNews(
        taken=facts["taken"],
        dispute=facts["dispute"],
        standing=STANDINGS.get(facts["word"]),
        said=facts["word"],
        reason=facts["reason"],
        amount=Money(facts["amount"], facts["currency"]),
        fee=facts["fee"],
        opened_at=datetime.fromisoformat(facts["opened_at"]),
        answer_by=datetime.fromisoformat(facts["answer_by"]),
    )


def _answer(kind: str, facts: Json) -> Answer | None:
    result = result_from(facts["result"]) if "result" in facts else None
    match kind, result:
        case PageKind.SETUP, Saved() | Declined():
            return MeansAnswer(UUID(facts["call_id"]), UUID(facts["row_id"]), facts["attempt"], result)
        case PageKind.PAYMENT, Captured() | Declined():
            return ChargeAnswer(UUID(facts["call_id"]), UUID(facts["row_id"]), facts["attempt"], result)
    return None


def result_to(result: Result) -> Json:  # noqa: PLR0911 - one line per kind
    """Return a result as JSON."""
    match result:
        case Saved():
            return {"is": "saved", "reference": result.reference, "label": result.label, "can_hold": result.can_hold}
        case Held():
            return {"is": "held", "reference": result.reference, "lapses_at": result.lapses_at.isoformat()}
        case Captured():
            at = result.at.isoformat()
            return {"is": "captured", "reference": result.reference, "fee": result.fee, "at": at}
        case Transferred():
            return {"is": "transferred", "reference": result.reference}
        case Refunded():
            return {"is": "refunded", "reference": result.reference}
        case Noted():
            return {"is": "noted", "reference": result.reference}
        case Declined():
            return {"is": "declined", "code": result.code}


def result_from(found: Json) -> Result | None:  # noqa: PLR0911 - one line per kind
    """Return the result in the JSON; None where it is of an unknown kind."""
    match found:
        case {"is": "saved", "reference": str(reference), "label": str(label), "can_hold": bool(can_hold)}:
            return Saved(reference, label, can_hold)
        case {"is": "held", "reference": str(reference), "lapses_at": str(lapses_at)}:
            return Held(reference, datetime.fromisoformat(lapses_at))
        case {"is": "captured", "reference": str(reference), "fee": int(fee), "at": str(at)}:
            return Captured(reference, fee, datetime.fromisoformat(at))
        case {"is": "transferred", "reference": str(reference)}:
            return Transferred(reference)
        case {"is": "refunded", "reference": str(reference)}:
            return Refunded(reference)
        case {"is": "noted", "reference": str(reference)}:
            return Noted(reference)
        case {"is": "declined", "code": str(code)}:
            return Declined(code)
    return None
