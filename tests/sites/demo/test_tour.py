"""The tour: one press books, both phones are shown, the clock goes on; looking takes nobody’s seat."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import (
    NOON,
    a_brand,
    a_helper,
    a_price,
    a_requested_call,
    an_accepted_call,
    an_offer,
    by_helper,
)
from tests.story import clock_runs

from mila.accounts.models import Account
from mila.booking.models import Offer
from mila.countries.gazetteer import actions as gazetteer
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.journey.lifecycle import LIFE
from mila.sites.demo.models import Cue, Play, Plot, Story
from mila.sites.demo.seats import is_played
from mila.sites.demo.words import SOMETHING, said_due
from mila.sites.now import now, push, pushed_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, settings: Any, tmp_path: Path) -> Client:
    settings.DEMONSTRATION, settings.STATE = True, tmp_path
    a_brand()
    return client


def a_story() -> Story:
    call = a_requested_call()
    return Story.objects.create(call=call, plot=Plot.SMOOTH, customer="played", begun_at=NOON)


def test_one_press_books_annas_visit_with_a_card_saved(visitor: Client) -> None:
    gazetteer.load(country="CH")
    a_price()
    answer = visitor.post("/tour/", {"brand": "mila", "plot": "late", "customer": "person"})
    story = Story.objects.get()
    assert answer.headers["Location"] == f"/tour/{story.call.order_number}/"
    assert (story.call.stage, story.plot, story.customer) == ("requested", "late", "person")
    assert visitor.post("/tour/", {"brand": "mila", "plot": "tragedy", "customer": "person"}).status_code == 404


ZURICH = (47.37, 8.54)


@pytest.mark.parametrize("hour", [3, 14])
def test_a_smooth_story_finds_somebody_though_its_helper_is_at_work_at_any_hour(visitor: Client, hour: int) -> None:
    gazetteer.load(country="CH")
    a_price()
    at = now()
    push(at.replace(hour=hour, minute=0) + timedelta(days=1) - at)
    luca = a_helper("Luca", level=5, at=ZURICH, radius_km=120)
    an_accepted_call(luca, now(), starts_at=now().replace(hour=13, minute=0) + timedelta(days=int(hour > 12)))
    mia, _far = a_helper("Mia", at=ZURICH), a_helper("Far")
    nora = a_helper("Nora", level=5, at=ZURICH)  # a person has signed in as her
    Account.objects.filter(pk=nora.account_id).update(last_login=at)
    visitor.post("/tour/", {"brand": "mila", "plot": "smooth", "customer": "played"})
    clock_runs(now())
    assert Offer.objects.get(call__story__plot="smooth").helper == mia
    assert not Helper.objects.exclude(available_until=None).exclude(pk=mia.pk).exists()


def test_the_story_frames_the_customers_own_page_and_says_what_comes_next(visitor: Client) -> None:
    story = a_story()
    answer = visitor.get(reverse("demo:story", args=[story.call.order_number]))
    said = answer.content.decode()
    assert f'src="/s/{story.call.status_key}/"' in said
    assert "The next helper is asked" in said
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    framed = visitor.get(f"/s/{story.call.status_key}/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in framed


def test_outside_a_demonstration_no_page_can_be_framed_and_there_is_no_tour(client: Client) -> None:
    story = a_story()
    for page in ("/tour/", f"/tour/{story.call.order_number}/"):
        assert client.get(page).status_code == 404
    framed = client.get(f"/s/{story.call.status_key}/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in framed


def test_the_clock_goes_on_to_what_comes_next_in_the_story(visitor: Client) -> None:
    story = a_story()
    story.call.searches.update(due_at=None)
    page = reverse("demo:story_on", args=[story.call.order_number])
    visitor.post(page, {"by": "next"})
    before = pushed_by()
    visitor.post(page, {"by": "60"})
    assert pushed_by().total_seconds() - before.total_seconds() == 3600
    answer = visitor.post(page, {"by": "next"}, headers={"HX-Request": "true"})
    assert 'id="stage"' in answer.content.decode()


def test_looking_at_a_played_helpers_phone_does_not_take_the_part(visitor: Client) -> None:
    helper = a_helper()
    story = a_story()
    offer = an_offer(story.call)
    page = reverse("demo:story_live", args=[story.call.order_number])
    assert 'data-phone=""' in visitor.get(page).content.decode()  # the screen is locked until the phone has the offer
    journey.acknowledge(offer_key=offer.key, now=by_helper(helper))
    assert f"/app/offers/{offer.key}/" in visitor.get(page).content.decode()
    answer = visitor.post(reverse("demo:story_phone", args=[story.call.order_number]))
    assert answer.headers["Location"] == f"/app/offers/{offer.key}/"
    assert visitor.get("/app/").status_code == 200
    helper.account.refresh_from_db()
    assert is_played(helper, in_story=True)


def test_a_switch_plays_everybodys_calls_and_sets_the_pace(visitor: Client) -> None:
    story = a_story()
    Cue.objects.create(call=story.call, read_to=1)
    visitor.post("/tour/at-large/", {"scope": "everybody"})
    visitor.post("/tour/at-large/", {"pace": "20"})
    play = Play.objects.get()
    assert (play.scope, play.bookings_an_hour) == ("everybody", 20)
    assert play.next_booking_at
    assert not Cue.objects.exists()
    visitor.post("/tour/at-large/", {"pace": "0"})
    assert Play.objects.get().next_booking_at is None
    assert visitor.post("/tour/at-large/", {"pace": "7000"}).status_code == 404


def test_the_clock_says_in_words_what_is_due(visitor: Client) -> None:
    story = a_story()
    said = visitor.get("/clock/").content.decode()
    assert story.call.order_number in said
    assert "nobody_came_forward" not in said
    assert all("_" not in str(said_due(step.name)) for step in LIFE.steps)
    assert said_due("a step that nobody knows") == SOMETHING
