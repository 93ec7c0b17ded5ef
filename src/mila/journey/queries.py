"""What the table says about a call."""

from datetime import datetime, timedelta

from mila.booking import queries as booking
from mila.booking.models import ServiceCall, Stage
from mila.journey.grammar import Moments
from mila.journey.lifecycle import LIFE
from mila.payments import queries as payment
from mila.visit import queries as visit

BEFORE_THE_VISIT = (Stage.REQUESTED, Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED, Stage.PAUSED)


def moments(call: ServiceCall) -> Moments:
    """Return the time points from which the call's deadlines are counted."""
    start = call.visit_starts_at
    ends = start + timedelta(minutes=call.window_minutes) if start else None
    pays = booking.brand_pays(call)
    unsecured = call.stage in BEFORE_THE_VISIT and payment.is_unsecured(call)
    objected = call.stage == Stage.DONE and visit.has_objected(call)
    held = booking.active_assignment(call) if unsecured else None
    goes = held is not None and held.goes_unsecured_at is not None
    return Moments(call.since, start, ends, pays, unsecured, objected, goes)


def deadline(call: ServiceCall, *, step: str) -> datetime | None:
    """Return when the clock takes (or took) the step at the call's stage, None where it never does."""
    row = LIFE.step(step, Stage(call.stage))
    return row.due(moments(call)) if row and row.due else None
