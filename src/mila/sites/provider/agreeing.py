"""What a helper types to change what was booked, and what a client types on the helper's phone."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mila.booking.lines import AnyPrice
from mila.booking.models import ChangeReason, LineKind, Quote
from mila.booking.pricing import ExtraWork, Wanted
from mila.partners.models import ContractModel
from mila.sites.provider.warning import WarnsOfPasswords
from mila.sites.templatetags.words import money, texts

MORE = ("add_1", "add_2", "add_3")
LARGEST_AMOUNT = Decimal(100_000)


class ChangeForm(WarnsOfPasswords):
    """Which lines stay, which packages are added, and under agency extra work with its price."""

    FREE_TEXTS = ("words", "extra")

    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=ChangeReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose why.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Explain it to the client"),
        help_text=gettext_lazy("The client reads this and decides."),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )
    keep = forms.MultipleChoiceField(
        label=gettext_lazy("What stays"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, quote: Quote, prices: Sequence[AnyPrice], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        work = [line for line in quote.lines.all() if line.kind != LineKind.GUARANTEE_FEE]
        kept = [(str(line.position), _shown(texts(line.description), line.amount, quote.currency)) for line in work]
        self._field("keep").choices = kept
        self._field("keep").initial = [value for value, _words in kept]
        sold = [("", _("nothing"))]
        sold += [
            (price.package_id, _shown(texts(price.package.name), price.amount, price.currency)) for price in prices
        ]
        for number, name in enumerate(MORE, start=1):
            label = _("Add a package") if number == 1 else _("And another one")
            self.fields[name] = forms.ChoiceField(label=label, choices=sold, required=False)
        if quote.contract_model == ContractModel.AGENCY:
            self._ask_for_extra_work(quote.currency)

    def _field(self, name: str) -> Any:  # noqa: ANN401 - a field of a kind of its own
        return self.fields[name]

    def _ask_for_extra_work(self, currency: str) -> None:
        self.fields["extra"] = forms.CharField(label=_("Extra work: what it is"), max_length=120, required=False)
        amount = {"inputmode": "decimal", "autocomplete": "off"}
        label = _("Its price, VAT included, in %(currency)s") % {"currency": currency}
        self.fields["amount"] = forms.CharField(
            label=label, max_length=10, required=False, widget=forms.TextInput(amount)
        )
        self.fields["more_minutes"] = forms.IntegerField(
            label=_("Minutes more"), min_value=0, max_value=240, required=False, initial=0
        )

    def clean_amount(self) -> int:
        """Return the price in minor units. Refuses what is no price."""
        typed: str = self.cleaned_data["amount"].replace("’", "").replace("'", "").replace(",", ".").strip()
        if not typed:
            return 0
        try:
            value = Decimal(typed)
        except InvalidOperation as fault:
            raise forms.ValidationError(_("Please type the price as a number, such as 39.50.")) from fault
        if not (value.is_finite() and Decimal(0) < value < LARGEST_AMOUNT and value == round(value, 2)):
            raise forms.ValidationError(_("Please type the price as a number, such as 39.50."))
        return int(value * 100)

    def clean(self) -> dict[str, Any]:
        """Refuse extra work without its price, and a price without its work."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("amount") and not said.get("extra"):
            self.add_error("extra", _("Please say what the extra work is."))
        if said.get("extra") and "amount" in said and not said["amount"]:
            self.add_error("amount", _("Please say what the extra work costs."))
        return said

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        said, language = self.cleaned_data, (get_language() or "en")[:2]
        extra = (ExtraWork(said["extra"], language, said["amount"]),) if said.get("extra") else ()
        return Wanted(
            keep=frozenset(int(position) for position in said["keep"]),
            add=tuple(said[name] for name in MORE if said.get(name)),
            extra=extra,
            more_minutes=said.get("more_minutes") or 0,
        )


class HandForm(forms.Form):
    """A yes on the helper's phone: the name typed in full, and the tick that it is meant."""

    seal = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Name of the client, in full"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("I have seen the price above and agree to it."),
        error_messages={"required": gettext_lazy("Please let the client tick this.")},
    )
    drawing = forms.RegexField(r"^[ML0-9 ]*$", max_length=8000, required=False, widget=forms.HiddenInput)


def _shown(name: str, amount: int, currency: str) -> str:
    return f"{name}, {money(amount, currency)}"
