"""What the customer types, bounded and checked; every message stands beside its field."""

from typing import Any

import phonenumbers
from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mila.countries.files import FILES
from mila.countries.gazetteer.rules import is_postcode

LIFT = [
    ("", gettext_lazy("not important")),
    ("yes", gettext_lazy("yes")),
    ("no", gettext_lazy("no")),
]


class AddressForm(forms.Form):
    """Where the visit takes place."""

    street = forms.CharField(label=gettext_lazy("Street"), max_length=120)
    house_number = forms.CharField(label=gettext_lazy("Number"), max_length=12, required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=10)
    town = forms.CharField(label=gettext_lazy("Town"), max_length=80)
    floor = forms.CharField(label=gettext_lazy("Floor, door or name at the bell"), max_length=40, required=False)
    lift = forms.ChoiceField(label=gettext_lazy("Is there a lift?"), choices=LIFT, required=False)
    notes = forms.CharField(
        label=gettext_lazy("Anything we should know?"),
        help_text=gettext_lazy("For instance what exactly does not work, which device it is, where to park."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        self.country = country
        asks = {"hx-get": reverse("customer:places"), "hx-target": "#places", "hx-include": "closest form"}
        asks["hx-trigger"] = "input changed delay:300ms"
        self._mark("street", autocomplete="address-line1")
        self._mark("house_number", autocomplete="off")
        self._mark("postcode", autocomplete="postal-code", inputmode="numeric", **asks)
        self._mark("town", autocomplete="address-level2", list="places", **asks)

    def clean_postcode(self) -> str:
        """Refuse what has not the form of a postcode of the country."""
        postcode: str = self.cleaned_data["postcode"]
        if not is_postcode(postcode, country=self.country):
            sample = FILES[self.country].sample_postcode
            raise forms.ValidationError(
                _("This is not a postcode of this country, such as %(sample)s.") % {"sample": sample}
            )
        return postcode

    def _mark(self, name: str, **attrs: str) -> None:
        self.fields[name].widget.attrs.update(attrs)


def phone(typed: str, *, country: str) -> str:
    """Return a phone number in its international form, empty for none. Refuses what nobody can call.

    A number without a country code is one of the country.
    """
    if not typed.strip():
        return ""
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        sample = _sample_phone(country)
        raise forms.ValidationError(
            _("This is not a phone number that can be called, such as %(sample)s.") % {"sample": sample}
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _sample_phone(country: str) -> str:
    number = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)) if number else ""


class ContactForm(forms.Form):
    """Who books; who else is there, and who else pays, where it is somebody else."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    site_name = forms.CharField(label=gettext_lazy("Their name"), max_length=120, required=False)
    site_phone = forms.CharField(
        label=gettext_lazy("Their phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "type": "tel"}),
    )
    payer_name = forms.CharField(label=gettext_lazy("Name of who pays"), max_length=120, required=False)
    payer_email = forms.EmailField(label=gettext_lazy("E-mail of who pays"), max_length=254, required=False)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        self.country = country

    def clean_phone(self) -> str:
        """Refuse a number that cannot be called."""
        return phone(self.cleaned_data["phone"], country=self.country)

    def clean_site_phone(self) -> str:
        """Refuse a number that cannot be called."""
        return phone(self.cleaned_data["site_phone"], country=self.country)

    def clean(self) -> dict[str, Any]:
        """Ask for one way to reach each person who is named."""
        said = super().clean() or {}
        if not said.get("email") and not said.get("phone") and not {"email", "phone"} & self.errors.keys():
            self.add_error("email", _("Give an e-mail address or a phone number, so that we can reach you."))
        self._both("site_name", "site_phone")
        self._both("payer_name", "payer_email")
        return said

    @property
    def somebody_else_is_there(self) -> bool:
        """Whether the questions about the person at the address stand open."""
        return any(self[name].value() or self[name].errors for name in ("site_name", "site_phone"))

    @property
    def somebody_else_pays(self) -> bool:
        """Whether the questions about the payer stand open."""
        return any(self[name].value() or self[name].errors for name in ("payer_name", "payer_email"))

    def _both(self, one: str, other: str) -> None:
        for name, beside in ((one, other), (other, one)):
            if self.cleaned_data.get(beside) and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in too, or leave both empty."))


class CodeForm(forms.Form):
    """A one-time code."""

    code = forms.CharField(
        label=gettext_lazy("One-time code"),
        max_length=12,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}),
    )


class DoorForm(forms.Form):
    """The four digits that the helper reads out at the door."""

    code = forms.CharField(
        label=gettext_lazy("The code that your helper says"),
        max_length=8,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "maxlength": "8"}),
    )


class CancelForm(forms.Form):
    """Cancelling at the cost that was shown, in minor units; the code is needed where it costs."""

    shown_cost = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    code = forms.CharField(
        label=gettext_lazy("One-time code"),
        max_length=12,
        required=False,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}),
    )


class WithdrawForm(forms.Form):
    """Who withdraws from which contract, and where the receipt goes; no reason is asked for."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    order_number = forms.CharField(label=gettext_lazy("Order number"), max_length=20)
    receipt = forms.CharField(label=gettext_lazy("E-mail or phone for the receipt"), max_length=254)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        self.country = country

    def clean_receipt(self) -> tuple[str, str]:
        """Return an e-mail address or a phone number, the other one empty. Refuses what is neither."""
        typed: str = self.cleaned_data["receipt"]
        if "@" not in typed:
            return "", phone(typed, country=self.country)
        return str(forms.EmailField(max_length=254).clean(typed)), ""


class ObjectionForm(forms.Form):
    """What is not right with the work."""

    words = forms.CharField(
        label=gettext_lazy("What is not right?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


STARS = [(str(number), str(number)) for number in range(1, 6)]


class RateForm(forms.Form):
    """Stars for the visit; the four axes and the text are optional."""

    stars = forms.TypedChoiceField(label=gettext_lazy("How was it?"), choices=STARS, coerce=int)
    knows_product = forms.TypedChoiceField(choices=STARS, coerce=int, required=False, empty_value=None)
    quality = forms.TypedChoiceField(choices=STARS, coerce=int, required=False, empty_value=None)
    on_time = forms.TypedChoiceField(choices=STARS, coerce=int, required=False, empty_value=None)
    friendly = forms.TypedChoiceField(choices=STARS, coerce=int, required=False, empty_value=None)
    text = forms.CharField(
        label=gettext_lazy("Tell us more"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RecommendForm(forms.Form):
    """From 0 to 10, how likely the brand is recommended."""

    score = forms.IntegerField(min_value=0, max_value=10)


class PickUpForm(forms.Form):
    """At which branch, and under which order of the brand, it is picked up."""

    order = forms.CharField(
        label=gettext_lazy("Your order number"),
        help_text=gettext_lazy("It stands on the confirmation of your purchase."),
        max_length=80,
        error_messages={"required": gettext_lazy("Please give the number of your order.")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    item = forms.CharField(
        label=gettext_lazy("What did you buy?"),
        help_text=gettext_lazy("For instance: Sonos Arc, black."),
        max_length=120,
        required=False,
    )
    branch = forms.ChoiceField(
        label=gettext_lazy("Where is it picked up?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose the branch."),
            "invalid_choice": gettext_lazy("Please choose the branch."),
        },
    )

    def __init__(self, *args: Any, branches: list[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        field = self.fields["branch"]
        if isinstance(field, forms.ChoiceField):
            field.choices = branches


class CaseForm(forms.Form):
    """What is not right with a visit, and with which of its services."""

    words = forms.CharField(
        label=gettext_lazy("What is not right?"),
        help_text=gettext_lazy("What did you expect, and what is it like now?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    packages = forms.MultipleChoiceField(required=False)

    def offer(self, packages: list[tuple[str, str]]) -> None:
        """Let these services be named."""
        field = self.fields["packages"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = packages
