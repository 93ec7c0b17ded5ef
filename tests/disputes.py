"""What the stories of disputes share: a customer's bank takes a payment back, and the house is told or replies."""

from datetime import datetime, timedelta

from tests.factories import by
from tests.journey.bad_days import VISIT, a_confirmed_visit, finished
from tests.story import bank_runs

from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Occasion, Who
from mila.payments import actions as payments
from mila.payments.actions import Verdict
from mila.payments.adapters.test import disputing
from mila.payments.adapters.test.models import Disputed, Word
from mila.payments.models import Charge, Dispute
from mila.payments.refunding import Carrier

DAY = timedelta(days=1)
DONE = VISIT + timedelta(hours=1)
FEE = 2000
AT_FAULT = Verdict(Carrier.HELPER, "the router was left unplugged")
HOUSE = Verdict(Carrier.OPERATOR, "nobody is at fault")


def a_paid_visit(helper: Helper, visit: datetime = VISIT, **given: object) -> ServiceCall:
    """Return a visit at its time that is done, signed off and charged."""
    call = finished(helper, a_confirmed_visit(helper, starts_at=visit, **given), visit)  # type: ignore[arg-type]
    bank_runs(visit + timedelta(hours=1))
    return call


def days_after(charge: Charge, days: int) -> datetime:
    """Return when so many days have gone by since the charge."""
    assert charge.captured_at is not None
    return charge.captured_at + days * DAY


def disputed(
    call: ServiceCall, *, days: int = 1, amount: int = 0, word: str = Word.NEEDS_RESPONSE, reason: str = "general"
) -> Dispute:
    """Return the dispute of all that was charged, or of an amount, so many days after it, as the house knows it."""
    charge = Charge.objects.get(call=call)
    at = days_after(charge, days)
    asked = amount or charge.amount
    disputing.open_dispute(taken_id=charge.reference, amount=asked, reason=reason, word=word, at=at)
    the_bank_is_heard(at)
    return Dispute.objects.latest("id")


def the_bank_is_heard(at: datetime) -> None:
    """Take the bank's messages in, and ask it nothing."""
    while (notice := payments.next_notice(at=at)) is not None:
        journey.bank_notified(notice=notice, now=by(Who.BANK, at))


def the_bank_says(row: Dispute, word: str, *, days: int) -> Dispute:
    """Return the dispute after the bank said its next word."""
    at = days_after(row.charge, days)
    disputing.turn(dispute_id=row.reference, word=word, at=at)
    bank_runs(at)
    row.refresh_from_db()
    return row


def handed_in(row: Dispute, *, days: int = 2, verdict: Verdict | None = None, words: str = "It was done.") -> Dispute:
    """Return the dispute after the desk has handed the evidence in, and the bank has it."""
    at = days_after(row.charge, days)
    journey.hand_in(dispute_id=row.pk, words=words, verdict=verdict, now=at_desk(at))
    bank_runs(at)
    row.refresh_from_db()
    return row


def accepted(row: Dispute, verdict: Verdict, *, days: int = 2) -> Dispute:
    """Return the dispute after the desk has let it go, and the bank knows."""
    at = days_after(row.charge, days)
    journey.accept_dispute(dispute_id=row.pk, verdict=verdict, now=at_desk(at))
    bank_runs(at)
    row.refresh_from_db()
    return row


def at_desk(at: datetime) -> Occasion:
    """Return an occasion of somebody at the desk."""
    return by(Who.DESK, at)


def at_the_bank(row: Dispute) -> Disputed:
    """Return the dispute as the stand-in has it."""
    return Disputed.objects.get(pk=row.reference)
