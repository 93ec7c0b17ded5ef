"""A further visit prepared by the helper: asking, and how it ends. The caller holds the lock of the earlier call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking.models import Assignment, AssignmentState, FollowUp, FollowUpState, ServiceCall, Stage
from mila.countries import queries as countries
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal

FROM_ARRIVAL = (
    Stage.ARRIVED,
    Stage.WORKING,
    Stage.DONE,
    Stage.SIGNED_OFF,
    Stage.UNPAID,
    Stage.CHARGED,
    Stage.CLOSED,
)


class NotTheTime(Refusal):
    """A further visit can be prepared from the arrival until some days after the visit."""

    code = "no_follow_up_now"
    sentence = _("You can prepare a further visit from your arrival until a few days after the visit.")


class FollowUpOpen(Refusal):
    """Another one waits for the client already."""

    code = "follow_up_open"
    sentence = _("A further visit waits for the client’s answer. Take it back first, or wait for the answer.")


class NoFollowUp(Refusal):
    """There is none to answer, or not any more."""

    code = "no_follow_up"
    sentence = _("This is over: the further visit was taken back or answered, or the time to answer has run out.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a helper prepares: codes of packages, starts of arrival windows, and a word to the client."""

    packages: tuple[str, ...]
    starts: tuple[datetime, ...]
    window_minutes: int
    note: str = ""


def may_prepare(held: Assignment, at: datetime) -> bool:
    """Tell whether the helper of a visit may prepare another: from arrival until the policy's days after it."""
    if held.state == AssignmentState.RELEASED or held.call.stage not in FROM_ARRIVAL:
        return False
    policy = countries.follow_up_policy(held.call.country_id, countries.day_in(held.call.country, at))
    return held.ended_at is None or at < held.ended_at + timedelta(days=policy.days_after)


def open_follow_up(call: ServiceCall) -> FollowUp | None:
    """Return the prepared visit that waits for the client; one of a helper who does not hold the call is none."""
    rows = call.follow_ups.filter(state=FollowUpState.ASKED).exclude(assignment__state=AssignmentState.RELEASED)
    return rows.select_related("assignment__helper__account", "assignment__helper__provider").first()


def asked_follow_up(call: ServiceCall, at: datetime) -> FollowUp:
    """Return the prepared visit that waits for the client. Refuses where there is none, or its time is over."""
    found = open_follow_up(call)
    if found is None or found.due_at is None or found.due_at <= at:
        raise NoFollowUp
    return found


def latest_follow_up(call: ServiceCall) -> FollowUp | None:
    """Return the visit that was prepared last, open or over, with the call that it has become."""
    rows = call.follow_ups.exclude(assignment__state=AssignmentState.RELEASED, state=FollowUpState.ASKED)
    return rows.select_related("booked", "assignment__helper").order_by("-asked_at", "-id").first()


def ask(*, held: Assignment, prepared: Prepared, until: datetime, now: Occasion) -> FollowUp:
    """Keep a prepared visit for the client to answer; preparing the same again changes nothing.

    `until` is when it lapses. Refuses beside another open one, and outside the time for it.
    """
    call = held.call
    if not may_prepare(held, now.at):
        raise NotTheTime
    known = call.follow_ups.filter(state=FollowUpState.ASKED).first()
    if known is not None and known.assignment_id == held.pk:
        if (tuple(known.packages), tuple(known.starts), known.note) == (
            prepared.packages,
            prepared.starts,
            prepared.note,
        ):
            return known
        raise FollowUpOpen
    if known is not None:  # of a helper who does not hold the call any more
        end(known, FollowUpState.OVERTAKEN, now=now)
    made = FollowUp.objects.create(
        call=call,
        assignment=held,
        packages=list(prepared.packages),
        starts=list(prepared.starts),
        window_minutes=prepared.window_minutes,
        note=prepared.note,
        asked_at=now.at,
        due_at=until,
    )
    _note(made, "follow_up_asked", now)
    return made


def runs_out(*, call: ServiceCall, starts: Sequence[datetime], notice: timedelta, at: datetime) -> datetime:
    """Return when a prepared visit lapses: after the policy's days, before the last of its times is too near."""
    policy = countries.follow_up_policy(call.country_id, countries.day_in(call.country, at))
    return min(at + timedelta(days=policy.answer_days), max(starts) - notice)


def confirm(follow_up: FollowUp, *, booked: ServiceCall, now: Occasion) -> None:
    """Note the client's yes, and the call that was booked by it."""
    follow_up.booked = booked
    end(follow_up, FollowUpState.CONFIRMED, now=now)
    bookings.note(booked, step="follows", now=now, facts={"order": follow_up.call.order_number})


def end(follow_up: FollowUp, state: FollowUpState, *, now: Occasion) -> None:
    """End a prepared visit; nothing is booked unless it was confirmed."""
    follow_up.state, follow_up.due_at, follow_up.ended_at = state, None, now.at
    follow_up.save(update_fields=["state", "due_at", "ended_at", "booked"])
    _note(follow_up, f"follow_up_{state}", now)


def _note(follow_up: FollowUp, step: str, now: Occasion) -> None:
    facts: dict[str, object] = {"follow_up": str(follow_up.id), "helper": str(follow_up.assignment.helper_id)}
    if step == "follow_up_asked":
        facts["starts"] = [start.isoformat() for start in follow_up.starts]
    if follow_up.booked is not None:
        facts["order"] = follow_up.booked.order_number
    bookings.note(follow_up.call, step=step, now=now, facts=facts)
