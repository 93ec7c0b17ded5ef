"""Means of payment: asked for, saved or declined."""

from django.db import transaction

from mila.booking.changes import is_short
from mila.booking.models import ServiceCall, Stage
from mila.kernel.occasion import Occasion
from mila.payments import queries
from mila.payments.adapters import MeansAnswer, Saved, get_bank
from mila.payments.adapters.requests import Matter, SetupRequest
from mila.payments.models import Means, MeansState

RENEWED = "renewed"


def begin_means(*, call: ServiceCall, now: Occasion) -> Means:
    """Return the row for the customer's means, ready to be asked for.

    After a decline, or where saved means do not hold enough, the customer is asked anew. The call is locked.
    """
    means, _ = Means.objects.get_or_create(call=call, defaults={"asked_at": now.at})
    if means.state == MeansState.DECLINED or (means.state == MeansState.SAVED and may_be_renewed(call)):
        means.state, means.session, means.asked_at = MeansState.ASKED, "", now.at
        means.attempt += 1
        means.save(update_fields=["state", "session", "asked_at", "attempt"])
    return means


def may_be_renewed(call: ServiceCall) -> bool:
    """Tell whether other means may take the place of the saved ones: not all is held, at first or for a change."""
    return queries.is_unsecured(call) or is_short(call)


def open_means_session(*, means: Means, return_url: str, now: Occasion) -> str:
    """Return the address of the bank's page for the means; asks the bank, so never within a transaction."""
    session = get_bank().open_setup(
        SetupRequest(
            key=f"means:{means.id}:{means.attempt}",
            matter=Matter(means.call_id, means.id, means.attempt),
            return_url=return_url,
            at=now.at,
        )
    )
    Means.objects.filter(pk=means.pk, attempt=means.attempt).update(session=session.reference)
    return session.url


@transaction.atomic
def note_means(call: ServiceCall, answer: MeansAnswer, now: Occasion) -> str:
    """Write what came of asking; return "secure", the step, at the first means saved, and "renewed" at others later.

    An answer that is late, double or out of order changes nothing. The call is locked.
    """
    means = Means.objects.get(pk=answer.means_id, call=call)
    is_first, is_current = means.saved_at is None, answer.attempt == means.attempt
    if means.state == MeansState.SAVED or not (is_current or is_first):
        return ""
    if isinstance(answer.result, Saved):
        return _note_saved(means, answer.result, now)
    if is_current:
        means.state = MeansState.DECLINED
        means.save(update_fields=["state"])
    return ""


def _note_saved(means: Means, saved: Saved, now: Occasion) -> str:
    is_first = means.saved_at is None
    _save(means, saved, now)
    if not is_first:
        return RENEWED
    # A call that was given up meanwhile stays so; its means are kept, and never used.
    return "secure" if means.call.stage == Stage.DRAFTED else ""


def _save(means: Means, saved: Saved, now: Occasion) -> None:
    means.state, means.saved_at = MeansState.SAVED, now.at
    means.reference, means.label, means.can_hold = saved.reference, saved.label, saved.can_hold
    means.save(update_fields=["state", "saved_at", "reference", "label", "can_hold"])
