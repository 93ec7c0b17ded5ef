"""Simulated people take the call from the booking to the stars, by the verbs that people use."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import NOON, a_brand, a_helper, a_product, a_sales_rate
from tests.simulation.stage import a_story, everybody_acts, give_phone, post_runs, runs_until
from tests.story import books_balance, clock_runs, fresh, stage, steps, told

from mila.booking.models import Offer, OfferState
from mila.kernel.occasion import by_clock
from mila.messaging.models import Message
from mila.partners import shops
from mila.simulation.players import play
from mila.sites.demo.models import Cue, Play, Player, Plot, Scope, Seat
from mila.sites.demo.seats import give_to_simulation, is_played

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd() -> list[Any]:
    helpers = [a_helper(name, level=level) for name, level in (("Ava", 5), ("Ben", 4), ("Cleo", 3), ("Dan", 2))]
    give_phone(*helpers)
    return helpers


def test_that_the_push_was_received_starts_the_two_minutes(crowd: list[Any]) -> None:
    call = a_story(Plot.SMOOTH)
    clock_runs(NOON)
    play(NOON)
    offer = Offer.objects.get(call=call)
    assert offer.state == OfferState.MADE
    rung_at = NOON + timedelta(seconds=7)
    post_runs(rung_at)
    assert Message.objects.get(template="ring_by_push").state == "sent"
    received_at = rung_at + timedelta(seconds=2)
    play(rung_at)
    play(received_at)
    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN
    assert offer.acknowledged_at == received_at
    assert offer.due_at == received_at + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("plot", "holders", "seen"),
    [
        (Plot.SMOOTH, 1, {"accept", "rated"}),
        (Plot.PATIENCE, 1, {"offer_declined", "offer_expired", "offer_unreached"}),
        (Plot.REPLACEMENT, 2, {"drop_out"}),
        (Plot.SILENT, 2, {"silent"}),
        (Plot.LATE, 1, {"not_on_the_way"}),
    ],
)
def test_every_plot_shows_what_it_promises_and_ends_with_stars(
    plot: Plot, holders: int, seen: set[str], crowd: list[Any]
) -> None:
    call = a_story(plot)
    runs_until(call, "closed")
    assert seen <= set(steps(call))
    assert call.assignments.count() == holders
    assert bool(told(call, "tell_customer_of_lateness")) == (plot is Plot.LATE)
    assert fresh(call).rating.stars >= 3
    assert books_balance()


def test_the_helper_recommends_what_fits(crowd: list[Any]) -> None:
    call = a_story(Plot.SMOOTH)
    a_product("cable")
    a_product("repeater", packages=("wifi-setup",))
    runs_until(call, "closed")
    (letter,) = told(call, "tell_of_products")
    assert "repeater" in letter.text
    assert "cable" not in letter.text


def test_who_liked_the_visit_orders_it_and_the_helper_earns(crowd: list[Any]) -> None:
    a_product("repeater", packages=("wifi-setup",))
    a_sales_rate()
    shops.open_shop(brand=a_brand(), adapter=shops.STAND_IN, now=by_clock(NOON))
    call = a_story(Plot.SMOOTH)
    runs_until(call, "closed")
    assert call.claims.filter(purpose="sale", amount=299).count() == int(fresh(call).rating.stars == 5)


def test_a_customer_in_front_of_the_screen_signs_off_and_rates_alone(crowd: list[Any]) -> None:
    call = a_story(Plot.SMOOTH, customer=Player.PERSON)
    at = runs_until(call, "done")
    everybody_acts(at + timedelta(hours=1))
    assert stage(call) == "done"


def test_nobody_acts_for_a_helper_whom_a_person_has_signed_in_as(crowd: list[Any]) -> None:
    ava = crowd[0]
    ava.account.last_login = timezone.now()
    ava.account.save()
    call = a_story(Plot.SMOOTH)
    for second in (0, 1, 2, 4, 10, 19):
        everybody_acts(NOON + timedelta(seconds=second))
    assert call.offers.get().state == OfferState.MADE
    everybody_acts(NOON + timedelta(seconds=21))
    assert call.offers.get(helper=ava).state == OfferState.UNREACHED


def test_a_part_given_back_is_played_until_somebody_signs_in_again(crowd: list[Any]) -> None:
    ava = crowd[0]
    ava.account.last_login = timezone.now()
    ava.account.save()
    give_to_simulation(ava)
    assert is_played(ava, in_story=False)
    ava.account.last_login = timezone.now() + timedelta(seconds=1)
    assert not is_played(ava, in_story=True)
    assert Seat.objects.count() == 1


def test_luca_is_left_to_people_but_in_a_story() -> None:
    luca = a_helper("Luca")
    luca.account.email = "luca@friends.example"
    assert not is_played(luca, in_story=False)
    assert is_played(luca, in_story=True)


def test_a_call_outside_stories_is_played_only_when_everybodys_are(crowd: list[Any]) -> None:
    call = a_story(Plot.SMOOTH)
    call.story.delete()
    everybody_acts(NOON)
    everybody_acts(NOON + timedelta(seconds=15))
    assert call.offers.get().state == OfferState.MADE
    Play.objects.create(scope=Scope.EVERYBODY)
    Cue.objects.all().delete()
    everybody_acts(NOON + timedelta(seconds=16))
    assert call.offers.get().state == OfferState.OPEN


def test_after_a_kill_the_next_process_goes_on_and_nothing_is_done_twice(crowd: list[Any]) -> None:
    call = a_story(Plot.SMOOTH)
    at = runs_until(call, "working")
    Cue.objects.all().delete()
    runs_until(call, "closed", at=at)
    taken = [step for step in steps(call) if step in {"accept", "contact", "confirm", "set_out", "sign_off", "rated"}]
    assert len(taken) == len(set(taken)) == 6
