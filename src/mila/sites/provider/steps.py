"""What a helper does next at a visit, and until when."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.booking.models import ServiceCall, Stage
from mila.journey import queries as journey

CONTACT = _("Call the client")
CONFIRM = _("Confirm the visit")
SET_OUT = _("Set out")
WORDS: dict[str, Promise] = {
    Stage.ACCEPTED: CONTACT,
    Stage.CONTACTED: CONFIRM,
    Stage.CONFIRMED: SET_OUT,
    Stage.PAUSED: _("Wait for the payment"),
    Stage.ON_THE_WAY: _("I have arrived"),
    Stage.ARRIVED: _("Begin the work"),
    Stage.WORKING: _("Go on with the checklist"),
    Stage.DONE: _("Let the client sign off"),
}
CLOCKS = {Stage.ACCEPTED: "silent", Stage.CONTACTED: "unsure", Stage.CONFIRMED: "not_on_the_way"}


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next: its words, and the time until which it has to be done, where there is one."""

    stage: str
    words: Promise | str
    due_at: datetime | None
    is_late: bool


def next_step(call: ServiceCall, at: datetime) -> NextStep:
    """Return what the helper who holds the call does next."""
    stage = Stage(call.stage)
    due = journey.deadline(call, step=CLOCKS[stage]) if stage in CLOCKS else None
    return NextStep(stage, WORDS.get(stage, ""), due, is_late=due is not None and due <= at)
