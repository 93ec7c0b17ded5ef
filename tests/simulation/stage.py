"""The demonstration without its processes: clock, bank, post and players, each at the very time when it is due."""

from datetime import datetime, timedelta
from typing import Any

from tests.factories import IN_THREE_DAYS, NOON
from tests.story import a_secured_call, bank_runs, clock_runs, stage

from mila.booking.models import Offer, Search, ServiceCall
from mila.messaging import actions as messaging
from mila.messaging.actions.devices import add_stand_in_device
from mila.messaging.models import Message
from mila.simulation.players import play
from mila.sites.demo.models import Cue, Player, Plot, Story


def a_story(plot: Plot, *, customer: Player = Player.PLAYED, at: datetime = NOON) -> ServiceCall:
    """Return a requested call that goes by the plot, with its visit in three days."""
    call = a_secured_call(at, email="anna@customers.example")
    Story.objects.create(call=call, plot=plot, customer=customer, begun_at=at)
    return call


def give_phone(*helpers: object) -> None:
    for helper in helpers:
        add_stand_in_device(account=helper.account, at=NOON)  # type: ignore[attr-defined]


def post_runs(at: datetime) -> None:
    while messaging.send_next(at=at):
        pass


def everybody_acts(at: datetime) -> None:
    """Let clock, post, bank and players do what is due at the time, until nobody has anything to do."""
    for _ in range(20):
        clock_runs(at)
        post_runs(at)
        bank_runs(at)
        if not play(at):
            return
    raise AssertionError("the players never come to rest")


def runs_until(call: ServiceCall, wanted: str, *, at: datetime = NOON, limit: int = 400) -> datetime:
    """Let the house run from event to event until the call stands where it is wanted; return when that was."""
    for _ in range(limit):
        everybody_acts(at)
        if stage(call) == wanted:
            return at
        at = max(_soonest(), at + timedelta(seconds=1))
        assert at < IN_THREE_DAYS + timedelta(days=4), f"the call stays {stage(call)}"
    raise AssertionError(f"the call stays {stage(call)}")


def _soonest() -> datetime:
    tables = (ServiceCall, Offer, Search, Cue, Message)
    found: list[Any] = [model._default_manager.exclude(due_at=None).order_by("due_at").first() for model in tables]
    soonest: datetime = min(row.due_at for row in found if row is not None)
    return soonest
