"""What is typed, scanned and ticked at the counter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mila.kernel.refusal import Refusal
from mila.visit.rules import FAULT_WORDS, Fault


class FindForm(forms.Form):
    """A Mila order number, typed or scanned."""

    number = forms.CharField(
        label=_("Mila order number"),
        max_length=40,
        error_messages={"required": _("Please type or scan the order number.")},
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}
        ),
    )


class HandOutForm(forms.Form):
    """That the ID card was compared, and the code that the helper shows."""

    id_matches = forms.BooleanField(
        label=_("The ID card shows this name, and this face"),
        required=False,
        error_messages={"required": _("Please compare the name on the ID card first.")},
    )
    code = forms.CharField(
        label=_("Code in the helper’s app"),
        max_length=12,
        error_messages={"required": _("Please type the code that the helper shows.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "maxlength": "8"}),
    )


class FaultForm(forms.Form):
    """Why it cannot be handed out."""

    fault = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[(fault.value, FAULT_WORDS[fault]) for fault in Fault],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose what is wrong."),
            "invalid_choice": _("Please choose what is wrong."),
        },
    )
    words = forms.CharField(
        label=_("In a few words"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )


class BackForm(forms.Form):
    """In which state it came back."""

    state = forms.ChoiceField(
        label=_("How did it come back?"),
        choices=[("sound", _("Whole")), ("damaged", _("Damaged"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please say how it came back."),
            "invalid_choice": _("Please say how it came back."),
        },
    )


def put_beside(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal beside the field that it is about, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
