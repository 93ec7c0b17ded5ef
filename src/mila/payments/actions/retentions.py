"""Holding the disputed part of a provider's money, and what a pay-out deducts and returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from mila.booking.models import Assignment, ServiceCall
from mila.kernel.occasion import Occasion
from mila.payments import rules
from mila.payments.actions.posting import Event, post
from mila.payments.models import ChargePurpose, Claim, ClaimState, Payout, Retention


def hold_share(*, call: ServiceCall, held: Assignment, source: UUID, amount: int, now: Occasion) -> None:
    """Keep this much of what the visit earned from being paid out, once per source; the call is locked.

    A claim that a pay-out has in hand, or has paid, is not held: what is decided is deducted from later ones.
    """
    claim = Claim.objects.select_for_update().filter(call=call, purpose=ChargePurpose.VISIT).first()
    is_free = claim is not None and claim.payout_id is None and claim.state != ClaimState.PAID
    Retention.objects.get_or_create(
        source=source,
        defaults={
            "call": call,
            "provider": held.provider,
            "claim": claim if is_free else None,
            "amount": min(amount, claim.amount) if claim is not None and is_free else 0,
            "currency": claim.currency if claim is not None else call.country.currency,
            "made_at": now.at,
        },
    )


def settle_share(*, source: UUID, taken: int, now: Occasion) -> None:
    """Decide what of the helper's money is taken; the rest is free for the next pay-out. Again changes nothing."""
    row = Retention.objects.select_for_update().get(source=source)
    if row.decided_at is None:
        row.taken, row.decided_at = taken, now.at
        row.save(update_fields=["taken", "decided_at"])


@dataclass(frozen=True, slots=True)
class Kept:
    """What a pay-out deducts, each with its amount, and what it returns of earlier deductions."""

    deducted: Sequence[tuple[Retention, int]]
    returned: Sequence[Retention]

    @property
    def amount(self) -> int:
        """By how much the pay-out is smaller, in minor units; negative where it is larger."""
        back = sum(row.deducted - (row.taken or 0) for row in self.returned)
        return sum(amount for _row, amount in self.deducted) - back


def kept_of(claims: Sequence[Claim], provider: UUID, currency: str) -> Kept:
    """Return what a pay-out of the claims to the provider keeps and returns; its rows are locked."""
    rows = Retention.objects.select_for_update().filter(provider=provider, currency=currency)
    held = rows.filter(decided_at=None, payout=None, claim__in=claims, amount__gt=0)
    taken = rows.filter(decided_at__isnull=False, payout=None, taken__gt=0)
    deducted = [(row, row.amount) for row in held] + [(row, row.taken or 0) for row in taken]
    return Kept(
        deducted, list(returnable().filter(provider=provider, currency=currency).select_for_update(of=("self",)))
    )


def returnable() -> QuerySet[Retention]:
    """Return what was deducted beyond the decision and not returned yet."""
    return Retention.objects.filter(
        decided_at__isnull=False, returned_in=None, payout__state="paid", deducted__gt=F("taken")
    )


def keep(kept: Kept, payout: Payout) -> None:
    """Write down what the pay-out keeps and returns."""
    for row, amount in kept.deducted:
        Retention.objects.filter(pk=row.pk).update(payout=payout, deducted=amount)
    Retention.objects.filter(pk__in=[row.pk for row in kept.returned]).update(returned_in=payout)


def book_kept(payout: Payout, at: datetime) -> None:
    """Write in the books what a paid transfer kept and returned."""
    for row in Retention.objects.filter(payout=payout).select_related("call", "provider"):
        post(Event("withheld", row.pk, row.call, row.provider, at), rules.paid_out(-row.deducted), row.currency)
    for row in Retention.objects.filter(returned_in=payout).select_related("call", "provider"):
        back = row.deducted - (row.taken or 0)
        post(Event("held_returned", row.pk, row.call, row.provider, at), rules.paid_out(back), row.currency)


def let_go(payout: Payout) -> None:
    """Forget what a failed transfer kept and returned: the next one does it."""
    Retention.objects.filter(payout=payout).update(payout=None, deducted=0)
    Retention.objects.filter(returned_in=payout).update(returned_in=None)
