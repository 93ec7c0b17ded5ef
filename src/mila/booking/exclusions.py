"""Not again: one side does not wish to meet the other any more, and may take that back."""

from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking.models import Assignment, Exclusion, ServiceCall
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal


class ReasonMissing(Refusal):
    """A helper says why."""

    code = "reason_missing"
    status = 422
    sentence = _("Please say why: our community manager reads it.")
    field = "reason"


def exclude(*, call: ServiceCall, met: Assignment, reason: str, now: Occasion) -> Exclusion:
    """Keep the helper of a locked call and its customer apart from now on, as one side wishes; again changes nothing.

    Neither side learns of the other's wish; the desk does.
    """
    known = call.exclusions.filter(helper=met.helper_id, by=now.by).first()
    if known is not None:
        return known
    bookings.note(call, step="not_again", now=now, facts={"helper": str(met.helper_id)})
    return Exclusion.objects.create(
        helper=met.helper,
        call=call,
        email=call.booker.email.lower(),
        phone=call.booker.phone,
        by=now.by,
        reason=reason,
        at=now.at,
    )


def take_back(*, call: ServiceCall, met: Assignment, now: Occasion) -> None:
    """Take back the wish of one side; the other side's stays. Nothing happens where there is none."""
    if call.exclusions.filter(helper=met.helper_id, by=now.by).delete()[0]:
        bookings.note(call, step="again_after_all", now=now, facts={"helper": str(met.helper_id)})


def is_excluded(call: ServiceCall, met: Assignment, by: str) -> bool:
    """Tell whether this side does not wish to meet the other again."""
    return call.exclusions.filter(helper=met.helper_id, by=by).exists()
