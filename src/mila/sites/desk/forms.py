"""What the desk types."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mila.kernel.refusal import Refusal
from mila.payments.models import Reply
from mila.quality.models import Bearer, Outcome

REASON_AT_MOST = 200


class ReasonForm(forms.Form):
    """Why the desk steps in: kept in the diary of the call."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays in the diary of the call, with your name."),
        max_length=REASON_AT_MOST,
        error_messages={
            "required": _("Please say why: it is kept in the diary."),
            "max_length": _("Please say it in 200 characters at most."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AssignForm(ReasonForm):
    """Whom the desk sends, and why."""

    helper = forms.UUIDField(
        label=_("Helper"),
        error_messages={"required": _("Choose a helper."), "invalid": _("Choose a helper from the list.")},
    )


class TimeForm(forms.Form):
    """What the customer wishes or answers about the time of the visit."""

    choice = forms.ChoiceField(
        label=_("What the customer says"),
        error_messages={"required": _("Choose a time."), "invalid_choice": _("Choose a time from the list.")},
    )

    def offer(self, choices: list[tuple[str, str]]) -> None:
        """Let these be chosen."""
        field = self.fields["choice"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class DecisionForm(forms.Form):
    """How a guarantee case ends; the amount is typed in francs or euros."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect, error_messages={"required": _("Choose.")}
    )
    amount = forms.DecimalField(
        label=_("Amount, for a part"), required=False, min_value=0, max_digits=9, decimal_places=2, localize=True
    )
    bearer = forms.ChoiceField(
        label=_("Who carries the helper’s share?"),
        choices=Bearer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose.")},
    )
    reason = forms.CharField(
        label=_("Reason, read by both sides"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_amount(self) -> int:
        """Return the amount in minor units, zero where none is typed."""
        typed = self.cleaned_data["amount"]
        return int(typed * 100) if typed else 0


class BearerForm(forms.Form):
    """Who carries the helper's share of a dispute that is lost, and why."""

    bearer = forms.ChoiceField(
        label=_("If it is lost, who carries the helper’s share?"),
        choices=Bearer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose.")},
    )
    grounds = forms.CharField(
        label=_("Why: the helper reads it"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReplyForm(BearerForm):
    """What the house replies to a dispute."""

    reply = forms.ChoiceField(
        label=_("Our reply"),
        choices=[
            (Reply.HANDED_IN, _("Hand the evidence in")),
            (Reply.ACCEPTED, _("Accept: the customer keeps the money")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose.")},
    )
    words = forms.CharField(
        label=_("What we say to the bank"),
        help_text=_("One or two sentences above the evidence, in the language of the customer."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SeenForm(forms.Form):
    """The last line that was on the page when it was opened: nothing newer is answered or closed with it."""

    seen = forms.UUIDField(widget=forms.HiddenInput)


class AnswerForm(SeenForm):
    """What the desk answers to a message to the Help Center."""

    words = forms.CharField(
        label=_("Your answer"),
        help_text=_("It goes to the person by mail, or as a link by SMS, in your words."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def put_beside(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal beside the field that it is about, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
