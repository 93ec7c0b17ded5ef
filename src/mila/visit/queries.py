"""Questions about a visit."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mila.booking import queries as booking
from mila.booking.models import Assignment, ServiceCall
from mila.kernel.texts import Texts
from mila.visit.models import Absence, CheckOut, ContactOutcome, Introduction, Objection, SignOff


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """A step of a visit's checklist; `tutorial` marks the explanation that every visit has."""

    code: str
    text: Texts
    tutorial: bool
    done: bool


def checklist(call: ServiceCall) -> list[ChecklistStep]:
    """Return the steps of the call's packages in the guide's order, with what is ticked; shared steps once."""
    ticked = set(call.steps_done.values_list("code", flat=True))
    steps: dict[str, ChecklistStep] = {}
    for package in booking.packages(call):
        for step in package.steps:
            code = step["code"]
            steps.setdefault(code, ChecklistStep(code, step["text"], bool(step.get("tutorial")), code in ticked))
    return sorted(steps.values(), key=lambda step: step.code == "tidy_up" or step.tutorial)


def open_steps(call: ServiceCall) -> list[ChecklistStep]:
    """Return the steps that are not ticked."""
    return [step for step in checklist(call) if not step.done]


def client_was_reached(call: ServiceCall, helper_id: UUID) -> bool:
    """Tell whether this helper noted that the client was reached."""
    return call.contact_attempts.filter(helper_id=helper_id, outcome=ContactOutcome.REACHED).exists()


def is_signed_off(call: ServiceCall) -> bool:
    """Tell whether the customer's yes is written."""
    return SignOff.objects.filter(call=call).exists()


def has_objected(call: ServiceCall) -> bool:
    """Tell whether the customer has said that something is not right."""
    return Objection.objects.filter(call=call).exists()


def introduction(assignment: Assignment) -> Introduction | None:
    """Return how helper and client made sure of one another, None before the helper has set out."""
    return Introduction.objects.filter(assignment=assignment).first()


def is_introduced(assignment: Assignment) -> bool:
    """Tell whether the client's code was typed by the helper, or photo and badge were shown."""
    row = introduction(assignment)
    return row is not None and bool(row.client_checked_at or row.badge_shown_at)


def waits_since(assignment: Assignment) -> datetime | None:
    """Return since when the helper waits at a closed door, None where nobody waits."""
    row = Absence.objects.filter(assignment=assignment, ended_at=None).first()
    return row.since if row else None


def last_check_out(call: ServiceCall) -> CheckOut | None:
    """Return the last visit to the call that ended without the work, if there was one."""
    return CheckOut.objects.filter(assignment__call=call).order_by("-at").first()
