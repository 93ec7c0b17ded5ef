"""What a helper types to change what was booked, and what a client types on the helper's phone."""

import json
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mila.booking import changes
from mila.booking.lines import AnyPrice
from mila.booking.models import ChangeReason, ChangeRequest, LineKind, Quote, QuoteLine
from mila.booking.pricing import ExtraWork, Wanted
from mila.journey.actions.tapped import LONGEST_EXTRA, MORE, MOST_MORE_MINUTES
from mila.kernel.money import minor_units
from mila.kernel.texts import Texts
from mila.partners.models import ContractModel
from mila.sites.provider.warning import WarnsOfPasswords
from mila.sites.templatetags.words import money, texts
from mila.visit.queries import steps_of

DRAWING = re.compile(r"^[ML0-9 ]{0,8000}\Z")  # moves and lines between whole points


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
        work = [line for line in quote.lines.all() if not _is_fee(line)]
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
        self.fields["extra"] = forms.CharField(
            label=_("Extra work: what it is"), max_length=LONGEST_EXTRA, required=False
        )
        amount = {"inputmode": "decimal", "autocomplete": "off"}
        label = _("Its price, VAT included, in %(currency)s") % {"currency": currency}
        self.fields["amount"] = forms.CharField(
            label=label, max_length=10, required=False, widget=forms.TextInput(amount)
        )
        self.fields["more_minutes"] = forms.IntegerField(
            label=_("Minutes more"), min_value=0, max_value=MOST_MORE_MINUTES, required=False, initial=0
        )

    def clean_amount(self) -> int:
        """Return the price in minor units. Refuses what is no price."""
        typed: str = self.cleaned_data["amount"].strip()
        amount = minor_units(typed) if typed else 0
        if amount is None or (typed and amount <= 0):
            raise forms.ValidationError(_("Please type the price as a number, such as 39.50."))
        return amount

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
    drawing = forms.RegexField(DRAWING, required=False, widget=forms.HiddenInput)


def on_phone(quote: Quote, prices: Sequence[AnyPrice], *, by_hand: int | None, asked: ChangeRequest | None) -> str:
    """Return as JSON what a phone reckons a new price with while there is no network, in minor units.

    `lines` that may go, `fees` that stay, what is `sold`, and how much a signature carries in all, 0 for nothing;
    `sample` shows how 1,234,567.89 is written; `asked` is the price that waits for the client's yes. `packages` are
    those of the lines, `steps` the codes of the checklist that each of them brings.
    """
    rows = list(quote.lines.select_related("package").order_by("position"))
    return json.dumps(
        {
            "sample": money(123456789, quote.currency),
            "total": quote.total,
            "by_hand": by_hand or 0,
            "lines": {row.position: _line(row.description, row.amount) for row in rows if not _is_fee(row)},
            "fees": [_line(row.description, row.amount) for row in rows if _is_fee(row)],
            "asked": asked
            and {
                "lines": [_line(line.description, line.amount) for line in changes.lines_of(asked)],
                "total": asked.total,
                "seal": asked.seal,
                "packages": [line.package for line in changes.lines_of(asked) if line.package],
            },
            "packages": {row.position: row.package_id for row in rows if row.package_id},
            "steps": {row.package_id: [step.code for step in steps_of(row.package)] for row in rows if row.package},
            "sold": {price.package_id: _line(price.package.name, price.amount) for price in prices},
        }
    )


def _is_fee(row: QuoteLine) -> bool:
    return row.kind == LineKind.GUARANTEE_FEE


def _line(name: Texts, amount: int) -> tuple[str, int]:
    return texts(name), amount


def _shown(name: str, amount: int, currency: str) -> str:
    return f"{name}, {money(amount, currency)}"
