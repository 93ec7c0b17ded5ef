"""What the house knows of a visit that somebody disputes: door, steps, signature, each with its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mila.booking.models import AssignmentState, ServiceCall
from mila.kernel.place import Point, distance_km
from mila.kernel.texts import say
from mila.visit import queries as visits
from mila.visit.models import CheckOut, Position, SignOff, SignOffMethod


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known, and when it was noted, where it was."""

    what: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the evidence under its title."""

    title: str
    facts: Sequence[Fact]


def evidence_of(call: ServiceCall) -> list[Fact]:
    """Return what is known of the visit in the order of its course: the door, the steps, the sign-off."""
    return door(call) + steps(call) + signature(call)


def door(call: ServiceCall) -> list[Fact]:
    """Return what is known of coming and going."""
    words = {
        "set_out": _("Helper set out"),
        "arrive": _("Helper arrived"),
        "door_code_right": _("A code at the door was right"),
        "badge_shown": _("Photo and badge were shown"),
        "begin_work": _("Work began"),
        "finish": _("Work was done"),
        "finish_by_desk": _("Visit closed by the desk"),
    }
    entries = call.diary.filter(step__in=list(words)).order_by("number").values_list("step", "at")
    return [Fact(words[step], at) for step, at in entries] + [
        Fact(_("Left without the work: %(cause)s") % {"cause": row.get_cause_display()}, row.at)
        for row in CheckOut.objects.filter(assignment__call=call).order_by("at")
    ]


def whereabouts(call: ServiceCall) -> list[Fact]:
    """Return how near the helper's phone was to the address when it was nearest, never where it was."""
    rows = Position.objects.filter(assignment__call=call).exclude(assignment__state=AssignmentState.RELEASED)
    near = min(((_metres(call, row), row.at) for row in rows), default=None)
    if near is None:
        return []
    words = _("The helper’s phone was %(metres)s m from the address, which is known to %(accuracy)s m")
    return [Fact(words % {"metres": near[0], "accuracy": call.address.accuracy_m}, near[1])]


def steps(call: ServiceCall) -> list[Fact]:
    """Return what was ticked of the checklist."""
    language = (get_language() or "en").split("-")[0]
    done, open_ = _("Step done: %(step)s"), _("Step not ticked: %(step)s")
    return [
        Fact(
            (done if step.done else open_) % {"step": say(step.text, language)}, step.ticked.at if step.ticked else None
        )
        for step in visits.checklist(call)
    ]


def signature(call: ServiceCall) -> list[Fact]:
    """Return who signed off, and how."""
    words = {SignOffMethod.CODE: _("with a code"), SignOffMethod.SILENCE: _("by silence")}
    signed = SignOff.objects.filter(call=call).select_related("party").first()
    if signed is None:
        return [Fact(_("Not signed off"))]
    how = words.get(SignOffMethod(signed.method)) or signed.get_method_display()
    facts = [Fact(_("Signed off: %(how)s") % {"how": how}, signed.at)]
    if signer := signed.party.name if signed.party else signed.name:
        facts.append(Fact(_("Signed off by %(name)s") % {"name": signer}))
    seal = Fact(_("Seal of the price signed for: %(seal)s") % {"seal": signed.quote_seal})
    return [*facts, *browser(signed.evidence), seal]


def browser(evidence: object) -> list[Fact]:
    """Return from which device a yes came, where that was kept."""
    said = evidence.get("browser") or evidence.get("device") if isinstance(evidence, dict) else ""
    return [Fact(_("From this device: %(device)s") % {"device": said})] if said else []


def _metres(call: ServiceCall, row: Position) -> int:
    home = Point(call.address.latitude, call.address.longitude)
    return round(distance_km(home, Point(row.latitude, row.longitude)) * 1000)
