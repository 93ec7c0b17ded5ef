"""Guide, "All done": the helper offers additional services, and the client books them or not."""

import pytest
from tests.changes import at_work
from tests.factories import a_helper, by, by_helper
from tests.further import LATER, a_code, orders, prepares
from tests.story import told

from mila.booking.follow_ups import NoFollowUp
from mila.booking.models import ServiceCall
from mila.journey.actions import preparing
from mila.kernel.occasion import Who
from mila.visit.actions import CodeWrong

pytestmark = pytest.mark.django_db


def test_a_follow_up_is_booked_only_by_the_client() -> None:
    luca = a_helper("Luca")
    call = at_work(luca)
    prepared = prepares(luca, call)
    assert len(told(call, "offer_follow_up")) == 1
    assert ServiceCall.objects.count() == 1
    code = a_code(call)
    with pytest.raises(CodeWrong):
        orders(prepared, "1" * 6 if code != "1" * 6 else "2" * 6)
    booked = orders(prepared, code)
    assert (booked.preferred_helper, booked.follows.call) == (luca, call)


def test_what_nobody_confirms_is_not_booked() -> None:
    luca = a_helper("Luca")
    call = at_work(luca)
    prepared = prepares(luca, call)
    preparing.decline_follow_up(call_id=call.id, follow_up_id=prepared.id, now=by(Who.CUSTOMER, LATER))
    again = prepares(luca, call, note="Another")
    preparing.withdraw_follow_up(call_id=call.id, now=by_helper(luca, LATER))
    with pytest.raises(NoFollowUp):
        orders(again, "000000")
    assert ServiceCall.objects.count() == 1
