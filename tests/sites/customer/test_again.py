"""Again with Leo: from a call that went well to the next one, with the same helper asked first."""

from datetime import time, timedelta

import pytest
from django.test import Client
from tests.factories import NOON, a_helper, a_policy, a_requested_call, by, by_helper
from tests.sites.customer.conftest import ADDRESS, CONTACT, the_order, to_the_check
from tests.story import a_signed_off_call, clock_runs, open_offer

from mila.booking.models import ServiceCall
from mila.crowd.models import Helper, HelperState
from mila.journey import actions as journey
from mila.kernel.occasion import Who

pytestmark = pytest.mark.django_db
NEXT_WEEK = NOON + timedelta(days=7, hours=2)


@pytest.fixture
def leo(anna: Client) -> Helper:
    return a_helper("Leo", level=2)


def a_wish_for(leo: Helper) -> ServiceCall:
    call = a_requested_call(starts_at=NEXT_WEEK)
    call.preferred_helper = leo
    call.save()
    return call


def test_the_page_of_a_visit_that_is_over_offers_the_same_helper(anna: Client, leo: Helper) -> None:
    call = a_signed_off_call(leo)
    page = anna.get(f"/s/{call.status_key}/").content.decode()
    assert "Book again with Leo" in page
    assert anna.get(f"/s/{call.status_key}/book-again/").status_code == 405
    answer = anna.post(f"/s/{call.status_key}/book-again/")
    assert answer["Location"] == "/booking/address/"
    anna.post("/booking/address/", ADDRESS)
    assert "Leo" in anna.get("/booking/time/").content.decode()
    times = anna.get("/booking/time/")
    chosen = next(slot for day in times.context["days"] for slot in day.slots if slot.note == "Leo")
    anna.post("/booking/time/", {"slot": chosen.value})
    anna.post("/booking/contact/", CONTACT)
    assert "Leo is asked first" in anna.get("/booking/check/").content.decode()
    anna.post("/booking/check/", the_order(anna))
    assert ServiceCall.objects.exclude(pk=call.pk).get().preferred_helper == leo


def test_an_ordinary_booking_wishes_for_nobody(anna: Client, leo: Helper) -> None:
    call = a_signed_off_call(leo)
    anna.post(f"/s/{call.status_key}/book-again/")
    to_the_check(anna)
    anna.post("/booking/check/", the_order(anna))
    assert ServiceCall.objects.exclude(pk=call.pk).get().preferred_helper is None


@pytest.mark.parametrize("why", ["left", "excluded"])
def test_who_cannot_be_asked_for_is_not_offered_and_it_is_said_kindly(anna: Client, leo: Helper, why: str) -> None:
    call = a_signed_off_call(leo)
    if why == "excluded":
        journey.exclude(call_id=call.id, reason="Dog", now=by_helper(leo))
    else:
        Helper.objects.update(state=HelperState.SUSPENDED)
    page = anna.get(f"/s/{call.status_key}/").content.decode()
    assert "Book again with Leo" not in page
    assert "Leo takes no new visits from here at the moment" in page
    answer = anna.post(f"/s/{call.status_key}/book-again/", follow=True)
    assert "Others nearby are glad to come" in answer.content.decode()


def test_who_is_not_wanted_again_is_not_offered(anna: Client, leo: Helper) -> None:
    call = a_signed_off_call(leo)
    journey.exclude(call_id=call.id, now=by(Who.CUSTOMER))
    page = anna.get(f"/s/{call.status_key}/").content.decode()
    assert "book-again" not in page


def test_after_the_no_of_the_one_wished_for_the_search_goes_on(anna: Client, leo: Helper) -> None:
    best = a_helper("Best", level=5)
    call = a_wish_for(leo)
    offer = open_offer(call, NOON)
    assert "Leo is asked first" in anna.get(f"/s/{call.status_key}/").content.decode()
    journey.decline(offer_key=offer.key, reason="no_time", now=by_helper(leo))
    assert open_offer(call, NOON).helper == best
    assert "Leo is asked first" not in anna.get(f"/s/{call.status_key}/").content.decode()


def test_who_sleeps_is_waited_for(leo: Helper) -> None:
    a_helper("Best", level=5)
    Helper.objects.filter(pk=leo.pk).update(quiet_from=time(11), quiet_until=time(14))
    call = a_wish_for(leo)
    clock_runs(NOON)
    assert not call.offers.exists()
    assert open_offer(call, NOON + timedelta(hours=2)).helper == leo


def test_who_decides_on_another_call_is_waited_for(leo: Helper) -> None:
    first = open_offer(a_requested_call(), NOON)
    assert first.helper == leo
    a_helper("Best", level=5)
    call = a_wish_for(leo)
    clock_runs(NOON + timedelta(seconds=10))
    assert not call.offers.exists()
    journey.decline(offer_key=first.key, reason="no_time", now=by_helper(leo, NOON + timedelta(seconds=15)))
    assert open_offer(call, NOON + timedelta(seconds=40)).helper == leo


def test_the_window_is_the_policy_s(leo: Helper) -> None:
    a_policy(preferred_minutes=30)
    assert open_offer(a_wish_for(leo), NOON).window_seconds == 1800
