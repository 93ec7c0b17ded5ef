"""What a visit's page shows and asks at the client's door and inside."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ServiceCall
from mila.sites.provider.shell import Context
from mila.visit import actions as visit
from mila.visit import queries as visits
from mila.visit.rules import CAUSE_WORDS, Cause


class DoorCodeForm(forms.Form):
    """Four digits that the other side reads out."""

    code = forms.CharField(
        label=_("The client’s code"),
        max_length=8,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "maxlength": "8"}),
    )


class CheckOutForm(forms.Form):
    """Why the work was not done."""

    cause = forms.ChoiceField(
        label=_("Why?"),
        choices=[(cause.value, CAUSE_WORDS[cause]) for cause in Cause],
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


def list_of(call: ServiceCall) -> Context:
    """Return what the checklist shows."""
    steps = visits.checklist(call)
    at = reverse("provider:visit", args=[call.pk]) + "photos/"
    return {"call": call, "steps": steps, "steps_left": sum(not step.done for step in steps), "photos_at": at}


def at_the_door(held: Assignment) -> Context:
    """Return what the visit's page shows of the door: the codes, and until when to wait."""
    since = visits.waits_since(held)
    row = visits.introduction(held)
    return {
        "introduction": row,
        "is_introduced": bool(row and (row.client_checked_at or row.badge_shown_at)),
        "waits_until": since + visit.WAIT if since else None,
        "code_form": DoorCodeForm(),
        "check_out_form": CheckOutForm(),
    }
