"""Up to three preferred times: the offer names them, and accepting picks one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from tests.factories import IN_THREE_DAYS, NOON, a_booking, a_helper, an_accepted_call, by, by_helper
from tests.sites.provider.conftest import a_phone
from tests.story import clock_runs, fresh

from mila.booking.actions import TimeGiven
from mila.booking.models import Offer, ServiceCall, TimeWish
from mila.crowd.models import Helper
from mila.dispatch.actions import TimeNotWished
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Occasion, Who
from mila.payments.models import Means, MeansState

pytestmark = pytest.mark.django_db

WISHED = tuple(IN_THREE_DAYS + days * timedelta(days=1) for days in range(3))


def a_call_with_wishes() -> ServiceCall:
    given = replace(a_booking(), time=TimeGiven(TimeWish.PREFERRED, WISHED, 30))
    call = journey.book(given=given, now=by(Who.CUSTOMER))
    Means.objects.create(call=call, state=MeansState.SAVED, reference="means_4242", asked_at=NOON, saved_at=NOON)
    with transaction.atomic():
        machine.take("secure", call=machine.lock(call.id), now=Occasion(Who.BANK, NOON))
    return fresh(call)


def offered(call: ServiceCall, helper: Helper) -> Offer:
    clock_runs(NOON)
    offer = call.offers.get(helper=helper)
    journey.acknowledge(offer_key=offer.key, now=by_helper(helper))
    return offer


def test_accepting_picks_one_of_three_preferred_slots() -> None:
    luca, call = a_helper(), a_call_with_wishes()
    offer = offered(call, luca)
    journey.accept(offer_key=offer.key, start=WISHED[1], now=by_helper(luca))
    assert fresh(call).visit_starts_at == WISHED[1]
    assert call.assignments.get().period.lower == WISHED[1]


def test_without_a_choice_it_is_the_first_that_fits() -> None:
    luca = a_helper()
    an_accepted_call(luca, starts_at=WISHED[0])
    call = a_call_with_wishes()
    journey.accept(offer_key=offered(call, luca).key, now=by_helper(luca))
    assert fresh(call).visit_starts_at == WISHED[1]


def test_a_time_that_nobody_wished_is_refused() -> None:
    luca, call = a_helper(), a_call_with_wishes()
    offer = offered(call, luca)
    with pytest.raises(TimeNotWished):
        journey.accept(offer_key=offer.key, start=WISHED[1] + timedelta(hours=1), now=by_helper(luca))


def test_the_card_shows_the_times_that_fit() -> None:
    luca, call = a_helper(), a_call_with_wishes()
    offer = offered(call, luca)
    page = a_phone(luca).get(f"/app/offers/{offer.key}/").content.decode()
    assert page.count('name="start"') in (0, 3)
