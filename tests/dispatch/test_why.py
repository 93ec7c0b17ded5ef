"""Why, from the log: bounded pages, a helper's own line, what kept somebody from calls, and the numbers of a search."""

from datetime import timedelta

import pytest
from tests.factories import NOON, a_helper, a_requested_call, by, by_helper
from tests.story import clock_runs, open_offer

from mila.booking import queries as booking
from mila.booking.models import Exclusion, ServiceCall
from mila.dispatch import kept, why
from mila.dispatch.kept import lines
from mila.dispatch.models import Decision
from mila.journey import actions as journey
from mila.kernel.occasion import Who

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=2)


def a_taken_call() -> ServiceCall:
    call = a_requested_call()
    offer = open_offer(call, NOON)
    journey.acknowledge(offer_key=offer.key, now=by_helper(offer.helper))
    journey.accept(offer_key=offer.key, now=by_helper(offer.helper))
    return call


def test_a_page_of_a_round_is_the_same_as_that_part_of_the_whole() -> None:
    for name in ("Luca", "Marco", "Sara", "Nina", "Olga"):
        a_helper(name)
    clock_runs_for(a_requested_call())
    decision = Decision.objects.get()
    whole = lines(decision)
    assert [*kept.page_of(decision, start=0, count=2), *kept.page_of(decision, start=2, count=9)] == whole
    assert kept.page_of(decision, start=50, count=2) == []


def test_a_helpers_line_is_found_without_reading_the_others() -> None:
    marco = a_helper("Marco", level=1)
    a_helper("Luca")
    call = a_requested_call()
    clock_runs_for(call)
    found = why.found_of(call, marco)
    assert found is not None
    assert found.line.helper_id == marco.id
    assert not found.line.filters["skills"].met
    assert found.fit == 1
    assert why.found_of(call, a_helper("Elsewhere", at=(46.2, 6.15))) is None


def test_what_kept_a_helper_from_calls_is_counted_with_what_was_missing() -> None:
    marco = a_helper("Marco", level=1)
    a_helper("Luca")
    a_taken_call()
    found = why.nearby(marco, at=LATER)
    assert (found.looked_at, found.fit, found.asked) == (1, 0, 0)
    assert [(one.name, one.calls, one.alone, one.wanting) for one in found.missed] == [("skills", 1, 1, [("wifi", 1)])]


def test_a_call_that_is_still_being_searched_is_not_told_of() -> None:
    marco = a_helper("Marco", level=1)
    a_helper("Luca")
    clock_runs_for(a_requested_call())
    assert why.nearby(marco, at=LATER).looked_at == 0


def test_a_customer_who_does_not_wish_to_meet_the_helper_stays_unknown() -> None:
    marco = a_helper("Marco")
    a_helper("Luca")
    Exclusion.objects.create(helper=marco, email="anna@customers.example", by=Who.CUSTOMER, at=NOON)
    a_taken_call()
    assert why.nearby(marco, at=LATER).looked_at == 0


def test_calls_of_long_ago_and_far_away_do_not_count() -> None:
    luca = a_helper("Luca")
    a_taken_call()
    assert why.nearby(luca, at=LATER).got == 1
    assert why.nearby(luca, at=NOON + timedelta(days=31)).looked_at == 0
    luca.latitude = 46.2
    assert why.nearby(luca, at=LATER).looked_at == 0


def test_what_would_help_counts_what_the_helper_is_today() -> None:
    luca = a_helper("Luca")
    a_taken_call()
    steps = why.what_would_help(luca, why.nearby(luca, at=LATER).newest, at=LATER)
    assert {"stars", "level"} <= {one.factor for one in steps}
    assert all(one.gain > 0 for one in steps)


def test_a_search_is_told_in_numbers() -> None:
    for name in ("Luca", "Marco"):
        a_helper(name)
    a_helper("Nina", level=1)
    call = a_requested_call()
    first = open_offer(call, NOON)
    journey.acknowledge(offer_key=first.key, now=by_helper(first.helper))
    journey.decline(offer_key=first.key, reason="", now=by_helper(first.helper))
    clock_runs(NOON)
    told = why.counts([call.id])[call.id]
    assert (told.looked_at, told.eligible, told.asked, told.declined, told.silent) == (3, 2, 2, 1, 0)
    assert booking.running_search(call) is not None
    assert why.counts([a_requested_call().id]) == {}


def clock_runs_for(call: ServiceCall) -> None:
    journey.move_search(call_id=call.id, now=by(Who.CLOCK))
