"""What a helper chooses for a further visit, and the times that can be proposed for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mila.booking.actions import PriceOffer
from mila.booking.lines import AnyPrice
from mila.booking.models import Assignment
from mila.booking.models.follow_ups import MOST_PACKAGES
from mila.dispatch import following
from mila.sites.provider.proposing import FreeDay, by_day
from mila.sites.provider.warning import WarnsOfPasswords
from mila.sites.templatetags.words import money, texts

TOO_MANY = _("Please choose one to three services of the list.")


class FollowUpForm(WarnsOfPasswords):
    """One to three services that the brand sells and the helper can do, and a word to the client."""

    FREE_TEXTS = ("note",)

    packages = forms.MultipleChoiceField(
        label=_("What is to be done?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": TOO_MANY, "invalid_choice": TOO_MANY},
    )
    note = forms.CharField(
        label=_("A word to the client"),
        help_text=_("What it is about, in a few words. The client reads it, and it stands in the new order."),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, prices: Sequence[AnyPrice], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        field = self.fields["packages"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [
                (one.package_id, f"{texts(one.package.name)}, {money(one.amount, one.currency)}") for one in prices
            ]

    def clean_packages(self) -> list[str]:
        """Refuse more services than a visit that is prepared has."""
        chosen: list[str] = list(dict.fromkeys(self.cleaned_data["packages"]))
        if len(chosen) > MOST_PACKAGES:
            raise forms.ValidationError(TOO_MANY)
        return chosen


def days(held: Assignment, offer: PriceOffer, at: datetime) -> list[FreeDay]:
    """Return the days of the next two weeks on which the helper is free for what is offered, with the times."""
    return by_day(following.starts_to_follow(held, offer, at=at), held.call)
