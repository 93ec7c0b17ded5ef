"""Interview: within the hour, in a further country, with a huge crowd of free people."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.countries.abroad import Place, a_call_in, open_for_business
from tests.factories import NOON, a_country, a_helper, a_requested_call, by_helper
from tests.story import accepted_by, clock_runs, fresh, open_offer

from mila.booking import queries as booking
from mila.booking.models import AssignmentState
from mila.countries import queries as countries
from mila.countries.de import GERMANY
from mila.countries.files import FILES
from mila.countries.models import DatedValue
from mila.crowd.actions import go_available
from mila.crowd.models import Helper, HelperState
from mila.dispatch.arrivals import arrival_error
from mila.dispatch.models import Decision
from mila.journey import actions as journey
from mila.visit.models import ContactOutcome

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
GENEVA = (46.2044, 6.1432)
VIENNA = Place("AT", "1010", "Wien", "9", (48.2082, 16.3738), "+4312345678", "", "", 2000, 0)
Statements = Callable[[int], AbstractContextManager[object]]


def test_help_at_the_door_within_the_hour() -> None:
    ready = a_helper("Ready")
    go_available(helper=ready, until=NOON + timedelta(hours=2), position=None)
    call = accepted_by(ready, a_requested_call(starts_at=None), NOON)
    promised = call.assignments.get().promised_at
    assert promised is not None
    assert NOON < promised <= NOON + timedelta(hours=1)
    journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(ready, NOON + MINUTE))
    journey.set_out(call_id=call.id, now=by_helper(ready, NOON + 2 * MINUTE))
    journey.arrive(call_id=call.id, now=by_helper(ready, promised + 4 * MINUTE))
    error = arrival_error(since=NOON)
    assert error is not None
    assert (error.calls, error.median) == (1, 4)


def test_a_new_country_is_one_file_and_dated_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    a_country()
    before = list(DatedValue.objects.order_by("id").values())
    austria = replace(GERMANY, code="AT", zone="Europe/Vienna", sample_postcode="1010")
    monkeypatch.setitem(dict_of_files(), "AT", austria)
    opened = open_for_business(VIENNA)
    call = a_call_in(VIENNA)
    quote = booking.current_quote(call)
    assert (call.country, quote.currency, quote.issuing_entity.name) == (opened, "EUR", "Mila AT")
    assert countries.vat_rate("AT", "standard", NOON.date()) == 1900
    assert list(DatedValue.objects.exclude(country="AT").order_by("id").values()) == before


def dict_of_files() -> dict[str, object]:
    """Return the list of country files, to which a country is added by one line."""
    assert isinstance(FILES, dict)
    return FILES


def test_a_huge_crowd_does_not_slow_the_decision() -> None:
    a_helper("Near")
    asked_of_the_database()  # the connection learns the statement
    few = asked_of_the_database()
    elsewhere = a_helper("Far", at=GENEVA)
    rows = [one_more(elsewhere, number) for number in range(60)]
    assert Helper.objects.count() == 2 + len(rows)
    assert asked_of_the_database() == few
    assert {row.looked_at for row in Decision.objects.all()} == {1}


def one_more(like: Helper, number: int) -> Helper:
    return a_helper(f"Far{number}", at=(like.latitude, like.longitude))


def asked_of_the_database() -> int:
    call = a_requested_call()
    with CaptureQueriesContext(connection) as asked:
        offer = open_offer(call, NOON)
    journey.decline(offer_key=offer.key, reason="no_time", now=by_helper(offer.helper))
    call.searches.update(state="ended", ended_at=NOON, due_at=None)
    return len(asked)


def test_a_helper_stays_free_to_decline() -> None:
    luca = a_helper("Luca")
    for _ in range(3):
        call = a_requested_call()
        offer = open_offer(call, NOON)
        assert offer.rank == 1
        journey.decline(offer_key=offer.key, reason="no_time", now=by_helper(luca))
        call.searches.update(state="ended", ended_at=NOON, due_at=None)
    points = {one.rank for one in luca.offers.all()}
    assert points == {1}
    luca.hours.all().delete()
    luca.hours.create(weekday=0, starts=time(8), ends=time(9))
    call = a_requested_call()
    clock_runs(NOON)
    assert not call.offers.exists(), "own hours hold"


def test_no_machine_suspends_anybody() -> None:
    luca = a_helper("Luca")
    for day in range(4):
        call = accepted_by(luca, a_requested_call(starts_at=NOON + timedelta(days=3 + day)), NOON)
        journey.drop_out(call_id=call.id, reason="no_time", now=by_helper(luca, NOON + MINUTE))
        fresh(call).searches.update(state="ended", ended_at=NOON, due_at=None)
    clock_runs(NOON + timedelta(days=30))
    luca.refresh_from_db()
    assert luca.assignments.filter(state=AssignmentState.RELEASED, at_own_fault=True).count() == 4
    assert luca.state == HelperState.ACTIVE
