"""What is typed, scanned and ticked at the counter."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from mila.kernel.money import minor_units
from mila.kernel.refusal import Refusal
from mila.partners.adapters.shops import LONGEST_ORDER_ID
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


class FindSaleForm(forms.Form):
    """The shop's own order number, or the Mila order number of the visit."""

    number = forms.CharField(
        label=_("Order number of your shop, or Mila order number"),
        max_length=LONGEST_ORDER_ID,
        error_messages={"required": _("Please type or scan an order number.")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )


class AmountField(forms.CharField):
    """An amount in francs or euros, typed with point or comma, as whole minor units."""

    default_error_messages: ClassVar = {"required": _("Please type an amount, such as 49.90.")}
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "maxlength": "12"})

    def clean(self, value: str | None) -> int:
        """Return the amount in minor units. Refuses what is none, nothing and less."""
        minor = minor_units(str(super().clean(value)))
        if minor is None or minor <= 0:
            raise forms.ValidationError(self.error_messages["required"])
        return minor


class ConfirmForm(forms.Form):
    """That the order is a sale, at this total."""

    total = AmountField(
        label=_("What the client pays for this product"), help_text=_("With value added tax, for all pieces.")
    )


class NoteOrderForm(ConfirmForm):
    """An order of what was recommended: its number, and its total as for a sale."""

    field_order = ("order_id", "total")
    order_id = forms.CharField(
        label=_("Order number of your shop"),
        max_length=LONGEST_ORDER_ID,
        error_messages={"required": _("Please type the number under which your shop has the order.")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )


class CameBackForm(forms.Form):
    """How much of the total has come back so far."""

    returned = AmountField(
        label=_("What has come back so far, in all"),
        help_text=_("The whole total, or what the pieces that came back were sold for."),
    )


def put_beside(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal beside the field that it is about, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
