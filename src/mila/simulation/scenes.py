"""A call as the simulation sees it: what the rules need to know, read from the rows."""

from dataclasses import dataclass
from datetime import datetime

from mila.booking import queries as booking
from mila.booking.models import Assignment, Offer, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.messaging.models import Channel, Message, MessageState
from mila.simulation.rules import Asked, Held, Scene
from mila.sites.demo.models import Play, Player, Plot, Scope, Story
from mila.sites.demo.seats import is_played
from mila.visit.queries import checklist

DAY = "day-"  # how the submissions of the background day begin


@dataclass(frozen=True, slots=True)
class Cast:
    """A scene with its rows: the offer and the promise of the simulated helpers, where there are such."""

    scene: Scene
    offer: Offer | None
    promise: Assignment | None


def cast_of(call: ServiceCall, at: datetime) -> Cast | None:
    """Return the call as the simulation sees it; None where nothing about it is played."""
    story = Story.objects.filter(call=call).first()
    is_own = call.submission_key.startswith(DAY)
    if story is None and not is_own and not Play.objects.filter(scope=Scope.EVERYBODY).exists():
        return None
    offer, promise = booking.exclusive_offer(call), booking.active_assignment(call)
    offer = offer if offer and is_played(offer.helper, in_story=story is not None) else None
    promise = promise if promise and is_played(promise.helper, in_story=story is not None) else None
    scene = Scene(
        seed=str(call.id),
        plot=Plot(story.plot) if story else Plot.CHANCE,
        now=at,
        stage=Stage(call.stage),
        since=call.since,
        visit_at=call.visit_starts_at,
        window_ends_at=call.window_ends_at,
        minutes=call.minutes,
        asked=_asked(offer) if offer else None,
        held=_held(promise) if promise else None,
        plays_customer=is_own or (story is not None and story.customer == Player.PLAYED),
        is_rated=hasattr(call, "rating"),
    )
    return Cast(scene, offer, promise)


def _asked(offer: Offer) -> Asked:
    rung = Message.objects.filter(
        call=offer.call_id, account=offer.helper.account_id, channel=Channel.PUSH, made_at=offer.made_at
    )
    return Asked(
        number=Offer.objects.filter(call=offer.call_id, made_at__lt=offer.made_at).count() + 1,
        made_at=offer.made_at,
        has_device=_has_device(offer.helper),
        rung_at=rung.filter(state=MessageState.SENT).values_list("sent_at", flat=True).first(),
        seen_at=offer.acknowledged_at,
    )


def _has_device(helper: Helper) -> bool:
    return helper.account.devices.exists()


def _held(promise: Assignment) -> Held:
    call = promise.call
    steps = checklist(call)
    last = call.steps_done.order_by("-at").values_list("at", flat=True).first()
    return Held(
        number=call.assignments.filter(accepted_at__lt=promise.accepted_at).count() + 1,
        travel_minutes=promise.offer.travel_minutes if promise.offer else 30,
        attempts=call.contact_attempts.filter(helper=promise.helper_id).count(),
        steps_done=sum(step.done for step in steps),
        steps_open=sum(not step.done for step in steps),
        last_step_at=last,
    )
