"""New points become law while helpers are being asked: the search keeps the version with which it began."""

from dataclasses import asdict
from datetime import timedelta

from tests.factories import NOON, a_helper, a_requested_call, an_account, by, by_helper
from tests.races.start import at_once, many_times
from tests.races.test_offers import day
from tests.story import open_offer

from mila.dispatch.actions import weights as verbs
from mila.dispatch.models import Decision, Weights
from mila.dispatch.points import WeightValues
from mila.journey import actions as journey
from mila.kernel.occasion import Who


@many_times
def test_a_version_that_begins_in_the_middle_of_a_search_changes_nobodys_place(number: int) -> None:
    for name in ("Luca", "Mia", "Sara"):
        a_helper(f"{name}{number}")
    at = NOON + timedelta(minutes=number * 10)
    call = a_requested_call(at, starts_at=day(number))
    offer = open_offer(call, at)
    first = Decision.objects.get(search__call=call)
    drafter, other = an_account(f"a{number}@mila.example"), an_account(f"b{number}@mila.example")
    draft = verbs.draft_weights(
        brand=None,
        country=None,
        values=asdict(WeightValues(stars=40, travel=0 if number % 2 else 200)),
        reason="race",
        now=by(Who.DESK, at, drafter.pk),
    )
    soon = at + timedelta(seconds=1)
    at_once(
        lambda: verbs.activate_weights(weights=draft, holds_from=soon, now=by(Who.DESK, at, other.pk)),
        lambda: journey.decline(offer_key=offer.key, reason="", now=by_helper(offer.helper, at)),
    )
    open_offer(call, at + timedelta(seconds=5))
    rounds = Decision.objects.filter(search__call=call)
    assert rounds.count() > 1
    assert {one.weights_id for one in rounds} == {first.weights_id}
    later = a_requested_call(at + timedelta(seconds=9), starts_at=day(number) + timedelta(hours=3))
    journey.move_search(call_id=later.id, now=by(Who.CLOCK, at + timedelta(seconds=9)))
    assert Decision.objects.filter(search__call=later).latest("round").weights_id == draft.pk
    assert Weights.objects.get(pk=draft.pk).holds_from == soon
    for one in (call, later):  # so that nobody is busy with it in the next race
        journey.cancel_by_desk(call_id=one.id, reason="over", now=by(Who.DESK, at + timedelta(seconds=9)))
