"""A further visit that Luca prepares at a visit, and the two sides' words about it."""

from datetime import datetime, timedelta

from tests.factories import IN_THREE_DAYS, by, by_helper

from mila.booking import queries as booking
from mila.booking.models import FollowUp, ServiceCall
from mila.crowd.models import Helper
from mila.dispatch import following
from mila.journey.actions import preparing
from mila.journey.actions.preparing import Yes
from mila.kernel.occasion import Who
from mila.visit.actions import make_code
from mila.visit.models import CodePurpose

THEN = IN_THREE_DAYS + timedelta(hours=1)
LATER = THEN + timedelta(minutes=30)


def free_times(call: ServiceCall, at: datetime = THEN) -> list[datetime]:
    """Return when the helper of the visit is free for the same service again."""
    held = booking.last_assignment(ServiceCall.objects.get(pk=call.pk))
    assert held is not None
    return following.starts_to_follow(held, preparing.price_to_follow(held.call, ["wifi-setup"], at=at), at=at)


def prepares(helper: Helper, call: ServiceCall, at: datetime = THEN, **given: object) -> FollowUp:
    """Return what the helper prepares: the same service, at the first two free times of tomorrow or later."""
    said = {"packages": ("wifi-setup",), "note": "Second router", **given}
    if "starts" not in said:
        said["starts"] = [start for start in free_times(call, at) if start > at + timedelta(hours=20)][:2]
    return preparing.prepare_follow_up(call_id=call.id, now=by_helper(helper, at), **said)  # type: ignore[arg-type]


def a_code(call: ServiceCall, at: datetime = LATER) -> str:
    return make_code(call=call, purpose=CodePurpose.FOLLOW_UP, sent_to="mail", now=by(Who.CUSTOMER, at))


def orders(prepared: FollowUp, code: str, at: datetime = LATER, *, total: int = 9390, **given: object) -> ServiceCall:
    """Return the call that the client orders, at the first of the times."""
    yes = Yes(prepared.starts[0], total, **given)  # type: ignore[arg-type]
    return preparing.confirm_follow_up(
        call_id=prepared.call_id, follow_up_id=prepared.id, yes=yes, code=code, now=by(Who.CUSTOMER, at)
    )
