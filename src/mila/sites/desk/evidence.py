"""What the house knows of a visit that somebody disputes: door, steps, signature, each with its time."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mila.booking.models import ServiceCall
from mila.kernel.texts import say
from mila.visit import queries as visits
from mila.visit.models import SignOff, SignOffMethod

AT_THE_DOOR = ("set_out", "arrive", "door_code_right", "badge_shown", "begin_work", "finish", "finish_by_desk")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known, and when it was noted, where it was."""

    what: str
    at: datetime | None


def evidence_of(call: ServiceCall) -> list[Fact]:
    """Return what is known of the visit in the order of its course: the door, the steps, the sign-off."""
    words = {
        "set_out": _("Helper set out"),
        "arrive": _("Helper arrived"),
        "door_code_right": _("A code at the door was right"),
        "badge_shown": _("Photo and badge were shown"),
        "begin_work": _("Work began"),
        "finish": _("Work was done"),
        "finish_by_desk": _("Visit closed by the desk"),
    }
    entries = call.diary.filter(step__in=AT_THE_DOOR).order_by("number").values_list("step", "at")
    return [Fact(words[step], at) for step, at in entries] + _steps(call) + _signature(call)


def _steps(call: ServiceCall) -> list[Fact]:
    language = (get_language() or "en").split("-")[0]
    done, open_ = _("Step done: %(step)s"), _("Step not ticked: %(step)s")
    return [
        Fact(
            (done if step.done else open_) % {"step": say(step.text, language)}, step.ticked.at if step.ticked else None
        )
        for step in visits.checklist(call)
    ]


def _signature(call: ServiceCall) -> list[Fact]:
    words = {SignOffMethod.CODE: _("with a code"), SignOffMethod.SILENCE: _("by silence")}
    signed = SignOff.objects.filter(call=call).first()
    if signed is None:
        return [Fact(_("Not signed off"), None)]
    return [Fact(_("Signed off: %(how)s") % {"how": words.get(SignOffMethod(signed.method), signed.method)}, signed.at)]
