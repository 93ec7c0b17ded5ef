"""Guide: how a service call finds its helper."""

from dataclasses import astuple
from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import (
    IN_THREE_DAYS,
    NOON,
    a_drafted_call,
    a_helper,
    a_package,
    a_requested_call,
    by_helper,
)
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone
from tests.story import clock_runs, open_offer, stage, steps

from mila.booking.models import Offer, OfferState, ServiceCall, Stage
from mila.crowd.actions import go_available
from mila.crowd.models import Helper
from mila.dispatch.kept import lines
from mila.dispatch.models import Decision
from mila.dispatch.queries import line_of
from mila.dispatch.record import Line
from mila.dispatch.rules import Filter
from mila.journey import actions as journey
from mila.messaging.models import Channel, Message
from mila.quality.models import Rating
from mila.sites.now import now

pytestmark = pytest.mark.django_db

GENEVA = (46.2044, 6.1432)
SECOND = timedelta(seconds=1)


def asked(call: ServiceCall) -> list[str]:
    return [offer.helper.first_name for offer in call.offers.select_related("helper").order_by("made_at", "id")]


def candidate(call: ServiceCall, helper: Helper) -> Line:
    line = line_of(call, helper.id)
    assert line is not None
    return line


def rated(helper: Helper, *stars: int) -> None:
    for given in stars:
        Rating.objects.create(call=a_drafted_call(), helper=helper, stars=given, at=NOON)


def test_only_helpers_with_the_skill_at_its_level_are_asked() -> None:
    a_package(level=3)
    two, three = a_helper("Two", level=2), a_helper("Three", level=3)
    call = a_requested_call()
    for later in range(0, 120, 20):
        clock_runs(NOON + later * SECOND)
    assert asked(call) == ["Three"]
    assert candidate(call, three).rank == 1
    assert candidate(call, two).rank is None
    assert candidate(call, two).filters["skills"] == Filter(met=False, found={"wifi": 2}, needed={"wifi": 3})


def test_only_helpers_in_the_vicinity_are_asked() -> None:
    a_helper("Near", radius_km=15)
    a_helper("Far", at=GENEVA, radius_km=15)
    call = a_requested_call()
    for later in range(0, 120, 20):
        clock_runs(NOON + later * SECOND)
    assert asked(call) == ["Near"]


def test_every_qualified_helper_is_asked_in_turn() -> None:
    for name, level in (("Third", 2), ("First", 4), ("Second", 3)):
        a_helper(name, level=level)
    call = a_requested_call()
    for later in range(0, 200, 20):
        clock_runs(NOON + later * SECOND)
    assert asked(call) == ["First", "Second", "Third"]


def test_the_best_ranked_is_asked_first() -> None:
    a_helper("Far", at=(46.99, 7.6))
    best = a_helper("Near")
    call = a_requested_call()
    offer = open_offer(call, NOON)
    assert offer.helper == best
    assert offer.rank == 1
    assert candidate(call, best).total == max(line.total for line in lines(Decision.objects.get()))


def test_nobody_there_for_twenty_seconds_asks_the_next() -> None:
    a_helper("First", level=4)
    a_helper("Second")
    call = a_requested_call()
    first = open_offer(call, NOON)
    clock_runs(NOON + 19 * SECOND)
    assert asked(call) == ["First"]
    clock_runs(NOON + 20 * SECOND)
    first.refresh_from_db()
    assert first.state == OfferState.UNREACHED
    rung = Message.objects.get(channel=Channel.SMS)
    assert (rung.template, rung.recipient) == ("ring_by_sms", first.helper.phone)
    assert f"/o/{first.link_key}/" in rung.text
    assert first.key not in rung.text
    assert asked(call) == ["First", "Second"]


def test_nobody_left_means_the_desk_takes_over() -> None:
    a_helper("Unfit", level=1)
    call = a_requested_call()
    clock_runs(NOON)
    assert stage(call) == Stage.REQUESTED
    assert steps(call)[-1] == "nobody_left_to_ask"
    assert call.searches.get().desk_told_at == NOON
    a_helper("Luca")  # the search goes on by itself: who comes later is asked
    clock_runs(NOON + timedelta(minutes=5))
    assert asked(call) == ["Luca"]


def test_every_candidate_keeps_filters_points_and_rank() -> None:
    people = [a_helper("Luca"), a_helper("Mia", level=4), a_helper("Low", level=1)]
    call = a_requested_call()
    clock_runs(NOON)
    decision = Decision.objects.get(search__call=call)
    rows = {line.helper_id: line for line in lines(decision)}
    assert set(rows) == {helper.id for helper in people}
    assert [rows[helper.id].rank for helper in people] == [2, 1, None]
    for row in rows.values():
        assert row.total == (sum(astuple(row.points)) if row.points else 0)
        assert {"tier", "skills", "area", "free", "language", "contract"} <= set(row.filters)
    assert (decision.looked_at, decision.eligible, decision.at) == (3, 2, NOON)


def test_better_stars_are_asked_first() -> None:
    good, better = a_helper("Good"), a_helper("Better")
    rated(good, 4, 4, 4, 4, 5)
    rated(better, 5, 5, 5, 5, 4)
    call = a_requested_call()
    assert open_offer(call, NOON).helper == better
    assert candidate(call, better).total > candidate(call, good).total


def test_a_higher_level_is_asked_first() -> None:
    three, four = a_helper("Three", level=3), a_helper("Four", level=4)
    call = a_requested_call()
    assert open_offer(call, NOON).helper == four
    assert candidate(call, four).total > candidate(call, three).total


def test_as_soon_as_possible_asks_who_is_available_now() -> None:
    a_helper("Elsewhere", level=5)
    ready = a_helper("Ready")
    go_available(helper=ready, until=NOON + timedelta(hours=2), position=None)
    call = a_requested_call(starts_at=None)
    for later in range(0, 120, 20):
        clock_runs(NOON + later * SECOND)
    assert asked(call) == ["Ready"]
    journey.accept(offer_key=Offer.objects.get().key, now=by_helper(ready, NOON + 10 * SECOND))
    clock_runs(NOON + 20 * SECOND)
    call.refresh_from_db()
    assert stage(call) == Stage.ACCEPTED
    assert call.visit_starts_at is not None
    assert NOON < call.visit_starts_at < NOON + timedelta(hours=1) < IN_THREE_DAYS


def test_an_offer_appears_in_the_helper_s_app() -> None:
    luca = a_helper()
    offer = open_offer(a_requested_call(now(), starts_at=in_three_days()), now())
    phone = a_phone(luca)
    assert offer.key in phone.get("/app/").content.decode()
    assert phone.get(f"/app/offers/{offer.key}/").status_code == 200


def test_nobody_else_can_open_an_offer() -> None:
    a_helper("Luca", level=4)
    mia = a_helper("Mia")
    offer = open_offer(a_requested_call(now(), starts_at=in_three_days()), now())
    assert a_phone(mia).get(f"/app/offers/{offer.key}/").status_code == 404
    stranger = Client().get(f"/app/offers/{offer.key}/")
    assert stranger.status_code == 302
    assert "/app/" in stranger["Location"]


def test_better_stars_bring_more_offers() -> None:
    good, better = a_helper("Good"), a_helper("Better")
    rated(good, 4, 4, 4, 4, 5)
    rated(better, 5, 5, 5, 5, 4)
    first = []
    for day in range(3):
        offer = open_offer(a_requested_call(starts_at=IN_THREE_DAYS + timedelta(days=day)), NOON)
        first.append(offer.helper)
        journey.decline(offer_key=offer.key, reason="no_time", now=by_helper(offer.helper))
    assert first == [better] * 3  # and declining has taken nothing away
