"""What a visit's page shows and asks at the client's door and inside."""

from datetime import datetime

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ServiceCall
from mila.journey.conditions import MAY_SET_OUT
from mila.sites.provider.shell import Context
from mila.sites.provider.warning import WarnsOfPasswords
from mila.visit import actions as visit
from mila.visit import queries as visits
from mila.visit.rules import ADVICE, CAUSE_AT_DOOR, CAUSE_WORDS, TAP_ADVICE, TAP_WORDS, Cause


class DoorCodeForm(forms.Form):
    """Four digits that the other side reads out."""

    code = forms.CharField(
        label=_("The client’s code"),
        max_length=8,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "maxlength": "8"}),
    )


class CheckOutForm(WarnsOfPasswords):
    """Why the work was not done."""

    cause = forms.ChoiceField(
        label=_("Why?"),
        choices=[(cause.value, CAUSE_WORDS[cause]) for cause in Cause if cause not in CAUSE_AT_DOOR.values()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose why."), "invalid_choice": _("Please choose why.")},
    )
    words = forms.CharField(
        label=_("In a few words"),
        help_text=_("The client and our team read this."),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class NoteForm(forms.Form):
    """What both sides should know later."""

    words = forms.CharField(
        label=_("Note"),
        help_text=_("The client and our team read this. Never a password."),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    is_no_password = forms.BooleanField(label=_("It only looks like one: keep it as it is"), required=False)


class SignForm(forms.Form):
    """The one-time code that was sent to the client, typed on the helper's phone."""

    code = forms.CharField(
        label=_("The client’s code from mail or SMS"),
        max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "maxlength": "12"}),
    )


def list_of(call: ServiceCall) -> Context:
    """Return what the checklist shows."""
    steps = visits.checklist(call)
    at = reverse("provider:visit", args=[call.pk]) + "photos/"
    left = sum(not step.done for step in steps)
    return {"call": call, "at_stage": call.stage, "steps": steps, "steps_left": left, "photos_at": at}


def may_set_out(call: ServiceCall, at: datetime) -> bool:
    """Tell whether the visit is near enough to set out for it."""
    return call.visit_starts_at is not None and call.visit_starts_at - at <= MAY_SET_OUT


def refused_of(held: Assignment) -> list[Context]:
    """Return what the helper's phone had kept and could not be applied, each with its words and what to do."""
    rows = visits.refused_taps(held.call, held.helper_id)
    return [
        {"row": row, "words": TAP_WORDS.get(row.name, row.name), "advice": TAP_ADVICE.get(row.name, ADVICE)}
        for row in rows
    ]


def at_the_door(held: Assignment) -> Context:
    """Return what the visit's page shows of the door: the codes, and until when to wait."""
    since = visits.waits_since(held)
    row = visits.introduction(held)
    return {
        "introduction": row,
        "is_introduced": bool(row and (row.client_checked_at or row.badge_shown_at)),
        "waits_until": since + visit.WAIT if since else None,
        "code_form": DoorCodeForm(auto_id="door-%s"),
        "check_out_form": CheckOutForm(auto_id="out_%s"),
    }
