"""Pay-outs: one transfer per provider, day and currency, over what is released; paid once the bank says so."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from mila.crowd.models import Provider
from mila.kernel.money import Money
from mila.payments import rules
from mila.payments.actions.lease import put_back, take_next
from mila.payments.actions.posting import Event, post
from mila.payments.actions.retentions import book_kept, keep, kept_of, let_go, returnable
from mila.payments.adapters import BankAway, BankFault, Declined, Transferred, get_bank
from mila.payments.adapters.requests import TransferRequest
from mila.payments.models import Claim, ClaimState, Payout, PayoutState


def run_payouts(*, run_on: date, at: datetime) -> int:
    """Bundle all released claims into pay-outs of the day; return how many were made.

    A second run on the same day, or one beside it, takes nothing twice. Providers without an account wait.
    """
    waiting = _ready(at).exclude(provider__payout_account="").values_list("provider", "currency")
    returning = returnable().exclude(provider__payout_account="").values_list("provider", "currency")
    return sum(_bundle(provider, currency, run_on, at) for provider, currency in sorted({*waiting, *returning}))


def _ready(at: datetime) -> QuerySet[Claim]:
    return Claim.objects.filter(state=ClaimState.RELEASED, payout=None, released_at__lte=at, amount__gt=0)


@transaction.atomic
def _bundle(provider_id: UUID, currency: str, run_on: date, at: datetime) -> bool:
    provider = Provider.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=provider_id).first()
    if provider is None or provider.payouts.filter(run_on=run_on, currency=currency).exists():
        return False
    claims = list(_ready(at).select_for_update(skip_locked=True).filter(provider=provider, currency=currency))
    kept = kept_of(claims, provider_id, currency)
    amount = sum(claim.amount for claim in claims) - kept.amount
    if amount <= 0:  # what is owed back waits for what is earned
        return False
    payout = Payout.objects.create(
        provider=provider, run_on=run_on, amount=amount, currency=currency, asked_at=at, due_at=at
    )
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(payout=payout)
    keep(kept, payout)
    return True


def pay_out_next(*, at: datetime) -> Payout | None:
    """Ask the bank for the next transfer that is due, and return it with the answer; None where none was due.

    Raises BankAway, whereupon nobody is asked for a while.
    """
    due = Payout.objects.select_related("provider").filter(state=PayoutState.ASKED)
    payout = take_next(due, at=at)
    if payout is None:
        return None
    try:
        result = _transfer(payout, at)
    except BankFault as fault:
        put_back(Payout.objects.all(), payout, fault, at=at)
        if isinstance(fault, BankAway):
            raise
    else:
        note_payout(payout, result, at=at)
    payout.refresh_from_db(fields=["state", "paid_at"])
    return payout


def _transfer(payout: Payout, at: datetime) -> Transferred | Declined:
    amount = Money(payout.amount, payout.currency)
    return get_bank().transfer(TransferRequest(f"payout:{payout.id}", payout.provider.payout_account, amount, at))


@transaction.atomic
def note_payout(payout: Payout, result: Transferred | Declined, *, at: datetime) -> None:
    """Write what came of a transfer, once: its claims are paid and booked, or wait for the next run."""
    payout = Payout.objects.select_for_update(no_key=True).get(pk=payout.pk)
    if payout.state != PayoutState.ASKED:
        return
    payout.due_at = None
    if isinstance(result, Declined):
        _return_claims(payout, result.code)
    else:
        _pay_claims(payout, result, at)


def _return_claims(payout: Payout, fault: str) -> None:
    payout.claims.update(payout=None)
    let_go(payout)
    payout.state, payout.fault = PayoutState.FAILED, fault
    payout.save(update_fields=["state", "fault", "due_at"])


def _pay_claims(payout: Payout, transferred: Transferred, at: datetime) -> None:
    for claim in payout.claims.select_related("call", "provider"):
        event = Event("pay_out", claim.pk, claim.call, claim.provider, at)
        post(event, rules.paid_out(claim.amount), claim.currency)
    book_kept(payout, at)
    payout.claims.update(state=ClaimState.PAID)
    payout.state, payout.reference, payout.paid_at = PayoutState.PAID, transferred.reference, at
    payout.save(update_fields=["state", "reference", "paid_at", "due_at"])
