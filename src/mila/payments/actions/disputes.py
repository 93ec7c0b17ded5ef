"""What the bank says of a dispute, and what follows in the books: late, double and reordered messages change nothing.

The call is locked. Money that the payer's bank took back stands in suspense until the verdict; what the helper earned
with the visit, and was not paid, is held meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.payments import disputing
from mila.payments.actions.losses import claim_of, lose, post_of, share_at_stake
from mila.payments.actions.posting import is_posted
from mila.payments.actions.retentions import hold_share, settle_share
from mila.payments.adapters import DisputeNews
from mila.payments.models import ENDED, Charge, Dispute, DisputeState, Retention
from mila.payments.refunding import Carrier

ALARM_BEFORE = timedelta(hours=48)  # PAY-39
RANKS = {DisputeState.UNCLEAR: 0, DisputeState.WARNED: 1, DisputeState.OPEN: 2}
OVER = 3  # every end; who is there goes nowhere


class VerdictChanged(Refusal):
    """The bank says that a dispute ended otherwise than it said before."""

    code = "verdict_changed"
    sentence = _("The bank has changed its verdict. Please compare the books with the bank by hand.")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message changed: where the dispute stood (empty for a new one), and whether its word is not known.

    `held` is what was held of the helper's money before, `taken` what is taken of it now, in minor units.
    """

    row: Dispute
    came_from: str
    held: int = 0
    taken: int = 0
    is_strange: bool = False

    @property
    def moved(self) -> bool:
        """Whether the dispute is somewhere else now."""
        return self.came_from != self.row.state


def note_dispute(*, charge: Charge, news: DisputeNews, now: Occasion) -> Turn:
    """Take in what the bank says of a dispute of the charge. Refuses another verdict than the one before."""
    row = Dispute.objects.select_for_update().filter(reference=news.dispute).first()
    came_from, row = (row.state, row) if row else ("", _begun(charge, news))
    state = DisputeState(row.state)
    target = DisputeState(news.standing) if news.standing else state
    if state in ENDED and target in ENDED and state != target:
        raise VerdictChanged
    if _rank(target) < _rank(state):
        return Turn(row, came_from)
    held = held_of(row)
    _know(row, news)
    taken = _move(row, target, now) if target != state else 0
    row.save()
    return Turn(row, came_from, held, taken, is_strange=news.standing is None)


def held_of(row: Dispute) -> int:
    """Return what is held of the helper's money because of the dispute, in minor units."""
    kept = Retention.objects.filter(source=row.pk, decided_at=None).first()
    return kept.amount if kept else 0


def alarm_of(row: Dispute) -> datetime | None:
    """Return when the desk is alarmed that the time to reply runs out."""
    return row.answer_by - ALARM_BEFORE if row.answer_by else None


def _begun(charge: Charge, news: DisputeNews) -> Dispute:
    return Dispute(
        call=charge.call,
        charge=charge,
        reference=news.dispute,
        amount=news.amount.minor,
        currency=news.amount.currency,
        state=DisputeState.UNCLEAR,
        opened_at=news.opened_at,
    )


def _rank(state: DisputeState) -> int:
    return RANKS.get(state, OVER)


def _know(row: Dispute, news: DisputeNews) -> None:
    """Take over what may become known later; the amount only while no money has moved."""
    row.said, row.reason, row.answer_by = news.said[:40], news.reason[:40], news.answer_by
    row.fee = max(row.fee, news.fee)
    if not is_posted(row.pk, "dispute_opened"):
        row.amount = news.amount.minor
    if row.state not in ENDED and not row.reply and row.alarmed_at is None:
        row.alarm_at = alarm_of(row)


def _move(row: Dispute, target: DisputeState, now: Occasion) -> int:
    """Return what is taken of the helper's money."""
    if target == DisputeState.OPEN:
        _ask_anew(row)
    if target in ENDED:
        row.ended_at, row.alarm_at, row.due_at = now.at, None, None
    row.state = target
    row.save()
    if target in (DisputeState.OPEN, DisputeState.WON, DisputeState.LOST):
        _take(row, now)
    if target == DisputeState.LOST:
        return lose(row, now)
    if target in ENDED:
        _give_back(row, now)
    return 0


def _ask_anew(row: Dispute) -> None:
    """What was said to a warning is no reply to the dispute that came all the same."""
    row.reply, row.replied_at, row.due_at, row.heard_at = "", None, None, None
    row.alarm_at, row.alarmed_at = alarm_of(row), None
    row.attempt += 1


def _take(row: Dispute, now: Occasion) -> None:
    """Put the money into suspense (D1), write the bank's fee (D2), hold what the helper was not paid; each once.

    Nothing is held where it was said before that the house carries it.
    """
    post_of(row, "dispute_opened", disputing.taken_back(row.amount), now)
    post_of(row, "dispute_fee", disputing.fee_taken(row.fee), now)
    claim = claim_of(row)
    if claim is not None and row.bearer != Carrier.OPERATOR:
        hold_share(claim=claim, source=row.pk, amount=share_at_stake(row, now.at), now=now)


def _give_back(row: Dispute, now: Occasion) -> None:
    """The money has come back where it was taken (D3), and the helper's is free."""
    post_of(row, "dispute_fee", disputing.fee_taken(row.fee), now)
    if is_posted(row.pk, "dispute_opened"):
        post_of(row, "dispute_won", disputing.given_back(row.amount), now)
    settle_share(source=row.pk, taken=0, now=now)
