"""A background day: bookings arrive at the pace that is set, each once, and what lies behind is left."""

from datetime import timedelta

import pytest
from tests.factories import NOON, a_helper, a_price

from mila.booking.models import ServiceCall
from mila.countries.gazetteer import actions as gazetteer
from mila.simulation.day import book_next
from mila.sites.demo.models import Play
from mila.sites.demo.play import set_pace

pytestmark = pytest.mark.django_db


def test_bookings_arrive_at_their_pace_and_are_not_made_up_for_after_a_push() -> None:
    gazetteer.load(country="CH")
    a_price()
    a_helper()
    assert book_next(NOON) == 0
    set_pace(6, at=NOON)
    assert [book_next(NOON), book_next(NOON), book_next(NOON + timedelta(minutes=9))] == [1, 0, 0]
    assert [book_next(NOON + timedelta(days=2)), book_next(NOON + timedelta(days=2))] == [1, 0]
    assert ServiceCall.objects.filter(stage="requested").count() == 2
    set_pace(0, at=NOON + timedelta(days=2))
    assert book_next(NOON + timedelta(days=3)) == 0
    assert Play.objects.get().next_booking_at is None
