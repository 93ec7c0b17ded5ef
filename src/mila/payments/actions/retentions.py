"""Holding the disputed part of a provider's money, and what a pay-out deducts and returns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import F, QuerySet, Sum

from mila.kernel.occasion import Occasion
from mila.payments import rules
from mila.payments.actions.posting import Event, post
from mila.payments.models import ChargePurpose, Claim, ClaimState, Payout, Retention


def hold_share(*, claim: Claim, source: UUID, amount: int, now: Occasion) -> int:
    """Keep this much of what was earned from being paid out, once per source; return how much is held.

    A claim that a pay-out has in hand, or has paid, is not held: what is decided is deducted from later ones. The call
    is locked.
    """
    claim = Claim.objects.select_for_update().get(pk=claim.pk)
    is_free = claim.payout_id is None and claim.state != ClaimState.PAID
    row, _is_new = Retention.objects.get_or_create(
        source=source,
        defaults={
            "call": claim.call,
            "provider": claim.provider,
            "claim": claim if is_free else None,
            "amount": min(amount, claim.amount) if is_free else 0,
            "currency": claim.currency,
            "made_at": now.at,
        },
    )
    return row.amount


def settle_share(*, source: UUID, taken: int, now: Occasion) -> int:
    """Decide what of the helper's money is taken; the rest is free for the next pay-out. Again changes nothing.

    Return how much was held until now. What is taken beyond what a pay-out deducted already is a row of its own.
    """
    row = Retention.objects.select_for_update().filter(source=source).first()
    if row is None or row.decided_at is not None:
        return 0
    beyond = max(0, taken - row.deducted) if row.payout_id else 0
    row.taken, row.decided_at = taken - beyond, now.at
    row.save(update_fields=["taken", "decided_at"])
    if beyond:
        Retention.objects.create(
            call=row.call,
            provider=row.provider,
            source=uuid5(row.source, "beyond"),
            amount=0,
            taken=beyond,
            currency=row.currency,
            made_at=now.at,
            decided_at=now.at,
        )
    return row.amount


def taken_of(claim: Claim) -> int:
    """Return what decisions about the visit have taken of its claim's money, in minor units; sales do not count."""
    rows = Retention.objects.filter(call=claim.call, provider=claim.provider, decided_at__isnull=False)
    rows = rows.exclude(claim__purpose=ChargePurpose.SALE)
    return rows.aggregate(sum=Sum("taken"))["sum"] or 0


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
    held = rows.filter(decided_at=None, payout=None, claim__in=claims, amount__gt=0).order_by("made_at", "id")
    taken = list(rows.filter(decided_at__isnull=False, payout=None, taken__gt=0))
    deducted = [(row, row.taken or 0) for row in taken] + _held_of(claims, held, taken)
    return Kept(
        deducted, list(returnable().filter(provider=provider, currency=currency).select_for_update(of=("self",)))
    )


def _held_of(
    claims: Sequence[Claim], held: Iterable[Retention], taken: Iterable[Retention]
) -> list[tuple[Retention, int]]:
    """Return what is held of each claim, never more than it is worth: a case and a dispute may be about the same."""
    room = {claim.pk: claim.amount for claim in claims}
    for row in taken:
        if row.claim_id in room:
            room[row.claim_id] = max(0, room[row.claim_id] - (row.taken or 0))
    found = []
    for row in held:
        if row.claim_id is not None and (part := min(row.amount, room[row.claim_id])):
            room[row.claim_id] -= part
            found.append((row, part))
    return found


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
