"""The points in words: what each value of a version is called, and what it means."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.countries.models import Country
from mila.dispatch.models import Weights
from mila.dispatch.points import BOUNDS
from mila.partners.models import Brand

VALUES: Mapping[str, tuple[Promise, Promise]] = {
    "stars": (_("Points per star"), _("of the average rating")),
    "level": (_("Points per skill level"), _("above the level that is asked")),
    "travel": (_("Points for being next door"), _("falling to none at an hour on the road")),
    "reliability": (_("Points for reliability"), _("for somebody who kept every promise")),
    "tier": (_("Points for the preferred tier"), _("where the package prefers one")),
    "earlier": (_("Points for earlier good work"), _("for the same customer, rated with four or five stars")),
    "newcomer": (_("Points for newcomers"), _("they melt away as ratings come in")),
    "prior_stars": (_("Stars of a newcomer, in thousandths"), _("what is believed before there are ratings")),
    "prior_ratings": (_("Ratings this belief is worth"), _("the more, the less a single rating moves")),
    "half_life_days": (_("Half-life of a rating, in days"), _("after which it weighs half as much")),
    "prior_reliability": (_("Reliability of a newcomer, in thousandths"), _("what is believed before there are jobs")),
    "prior_jobs": (_("Jobs this belief is worth"), _("the more, the less a single job moves")),
}


class WeightsForm(forms.Form):
    """A draft of the points: for whom, every value within its bounds, and why."""

    brand = forms.ModelChoiceField(
        Brand.objects.order_by("name"), label=_("Brand"), required=False, empty_label=_("All brands")
    )
    country = forms.ModelChoiceField(
        Country.objects.order_by("code"), label=_("Country"), required=False, empty_label=_("All countries")
    )
    reason = forms.CharField(
        label=_("What it is for"),
        max_length=500,
        help_text=_("People who compare versions later read it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["brand"].label_from_instance = lambda brand: brand.name  # type: ignore[attr-defined]
        self.fields["country"].label_from_instance = lambda country: country.code  # type: ignore[attr-defined]
        for name, (label, hint) in VALUES.items():
            least, most = BOUNDS[name]
            self.fields[name] = forms.IntegerField(
                label=str(label),
                help_text=_("%(hint)s; from %(least)d to %(most)d") % {"hint": hint, "least": least, "most": most},
                min_value=least,
                max_value=most,
            )

    def values(self) -> dict[str, int]:
        """Return the values as they were typed."""
        return {name: int(self.cleaned_data[name]) for name in VALUES}


class ActivateForm(forms.Form):
    """From when on a draft holds, in the time of the installation's country."""

    holds_from = forms.DateTimeField(
        label=_("Holds from"),
        help_text=_(
            "Searches that run then keep the version with which they began. "
            "Terms for businesses change after 15 days at the earliest."
        ),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def scope(row: Weights) -> tuple[str | Promise, str | Promise]:
    """Return for which brand and country a version holds, in words."""
    return (row.brand.name if row.brand else _("All brands"), row.country_id or _("All countries"))
