"""What the customer chooses while a helper is sought. Each verb is one transaction under the call's row lock."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking.models import ServiceCall, Stage, TimeWish
from mila.dispatch import actions as dispatch
from mila.dispatch import choices
from mila.dispatch.windows import WINDOW_MINUTES
from mila.journey import machine
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.visit import actions as visit
from mila.visit.models import CodePurpose


class TimeGone(Refusal):
    """Nobody could come at the time any more."""

    code = "time_gone"
    status = 422
    sentence = _("This time has just been taken. Please choose another one.")


class TermsChanged(Refusal):
    """Another kind of help costs something other than what the customer was shown, or is not to be had any more."""

    code = "terms_changed"
    sentence = _("What another kind of help costs has just changed. Please look at it again.")


def choose_time(*, call_id: UUID, starts_at: datetime, now: Occasion) -> ServiceCall:
    """Take another time while nobody has accepted: the search begins anew. Refuses a time that nobody could keep.

    Choosing the time that the call has changes nothing.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.stage != Stage.REQUESTED:
            raise machine.WrongStage
        if call.visit_starts_at == starts_at:
            return call
        if starts_at not in choices.other_slots(call, now.at):
            raise TimeGone
        call.time_wish, call.visit_starts_at, call.window_minutes = TimeWish.SLOT, starts_at, WINDOW_MINUTES
        return machine.take("choose_time", call=call, now=now, facts={"starts_at": starts_at.isoformat()})


def approve_other_help(*, call_id: UUID, shown_total: int, code: str, now: Occasion) -> ServiceCall:
    """Agree to another kind of help at the total that was shown, in minor units, with a one-time code.

    The price is a new, sealed version of the quote. Refuses a total that has changed, and a wrong code.
    """
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.stage != Stage.REQUESTED:
            raise machine.WrongStage
        other = choices.other_tier(call, now.at)
        if other is None or other.offer.total != shown_total:
            raise TermsChanged
        right = visit.code_matches(call=call, purpose=CodePurpose.TERMS, code=code, now=now)
        if right:
            quote = bookings.add_quote(call=call, offer=other.offer, now=now)
            machine.take("approve_terms", call=call, now=now, facts={"quote": str(quote.id), "cost": quote.total})
    if not right:  # the try is written and counts, so the refusal comes after the transaction
        raise visit.CodeWrong
    return call


def refuse_other_help(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Stay with the kind of help that was booked: the search goes on to what else can be tried."""
    with transaction.atomic():
        call = machine.lock(call_id)
        if call.stage != Stage.REQUESTED:
            raise machine.WrongStage
        dispatch.keep_terms(call, now)
        bookings.note(call, step="terms_kept", now=now)
        return call
