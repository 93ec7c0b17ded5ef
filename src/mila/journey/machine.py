"""Runs the table: the only writer of a call's stage."""

import logging
from collections.abc import Sequence
from functools import partial
from time import perf_counter
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as booking
from mila.booking.models import ServiceCall, Stage
from mila.booking.queries import PEOPLE_AND_PLACE
from mila.journey import queries
from mila.journey.grammar import Step
from mila.journey.lifecycle import LIFE
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.worded import worded

log = logging.getLogger("mila.journey")


class WrongStage(Refusal):
    """The step cannot be taken where the call stands now."""

    code = "wrong_stage"
    sentence = _("This service call has moved on. Please look at where it stands now.")


class NotYours(Refusal):
    """The actor may not take this step."""

    code = "not_yours"
    status = 403
    sentence = _("This step is for somebody else to take.")


def begin(call: ServiceCall, now: Occasion) -> None:
    """Enter a call that was just written into its first stage."""
    began = perf_counter()
    call.stage, call.since = LIFE.begins, now.at
    _set_deadline(call)
    call.save(update_fields=["stage", "since", "due_at", "due_step"])
    booking.note(call, step="book", now=now)
    _tell("book", call, now, began)


def lock(call_id: UUID) -> ServiceCall:
    """Return the call under its row lock: the one lock that every write about a call takes first."""
    found = _locked(call_id)
    if not found:
        raise ServiceCall.DoesNotExist
    return found[0]


def lock_if_free(call_id: UUID) -> ServiceCall | None:
    """Return the call under its row lock, or None where somebody else has it in hand."""
    return next(iter(lock_free([call_id])), None)


def lock_free(calls: Sequence[UUID]) -> list[ServiceCall]:
    """Return those of the calls under their row locks that nobody else has in hand, in the order given."""
    found = {call.pk: call for call in _locked_free(list(calls))}
    return [found[one] for one in calls if one in found]


@worded
def _locked(call: UUID) -> QuerySet[ServiceCall]:
    calls = ServiceCall.objects.select_for_update(of=("self",), no_key=True)
    return calls.select_related(*PEOPLE_AND_PLACE).filter(pk=call)


@worded
def _locked_free(calls: list[UUID]) -> QuerySet[ServiceCall]:
    free = ServiceCall.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return free.select_related(*PEOPLE_AND_PLACE).filter(pk__among=calls)


def take(name: str, *, call: ServiceCall, now: Occasion, facts: dict[str, object] | None = None) -> ServiceCall:
    """Take one step on a locked call, with all that follows from it, or none of it. Refuses what the table forbids."""
    began = perf_counter()
    with transaction.atomic():
        step = _step(name, Stage(call.stage), now.by)
        for condition in step.only_if:
            condition(call, now)
        came_from = Stage(call.stage)
        stage = _target(step, call, now)
        booking.note(call, step=name, now=now, stage=stage, facts=facts)
        for effect in step.then:
            effect(call, now)
        _enter(stage, call=call, came_from=came_from, step=step, now=now)
        _tell(name, call, now, began)
    return call


def reset_deadline(call: ServiceCall) -> None:
    """Count a locked call's deadlines again, after its time or its money was changed."""
    _set_deadline(call)
    call.save(update_fields=["due_at", "due_step"])


def _tell(step: str, call: ServiceCall, now: Occasion, began: float) -> None:
    # Only what was committed has happened.
    ms = round((perf_counter() - began) * 1000, 1)
    facts = {"call": str(call.pk), "step": step, "by": now.by, "stage": call.stage, "ms": ms}
    transaction.on_commit(partial(log.info, "step", extra={"facts": facts}))


def _step(name: str, stage: Stage, by: Who) -> Step:
    step = LIFE.step(name, stage)
    if step is None:
        raise WrongStage
    if by not in step.by:
        raise NotYours
    return step


def _target(step: Step, call: ServiceCall, now: Occasion) -> Stage:
    if step.to is None:
        return Stage(call.stage)
    return step.to if isinstance(step.to, Stage) else step.to(call, now)


def _enter(stage: Stage, *, call: ServiceCall, came_from: Stage, step: Step, now: Occasion) -> None:
    if stage == came_from and not step.anew:
        call.clock_steps_taken = [*call.clock_steps_taken, step.name]
    else:
        call.stage, call.since, call.clock_steps_taken = stage, now.at, []
    _set_deadline(call)
    call.save()


def _set_deadline(call: ServiceCall) -> None:
    found = LIFE.next_due(Stage(call.stage), queries.moments(call), call.clock_steps_taken)
    call.due_step, call.due_at = found or ("", None)
