"""How helpers are sought: the policy of each country and brand, and how honest the promised arrivals were."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mila.countries.models import Country
from mila.dispatch.arrivals import arrival_error
from mila.partners import actions as partners
from mila.partners import queries as partner
from mila.partners.models import Brand, Mode, Rung, SearchPolicy
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.sites.now import now

FOR_ALL = "-"
VERSIONS_SHOWN = 20
MEASURED_FOR = timedelta(days=90)
MIDDLE = (Rung.SECOND_AREA, Rung.OTHER_TIER, Rung.BONUS, Rung.OTHER_SLOTS)
NUMBERS = {
    "window_seconds": (gettext_lazy("Seconds to answer"), 30, 3600),
    "unreached_seconds": (gettext_lazy("Seconds until a device counts as not reached"), 5, 600),
    "preferred_minutes": (gettext_lazy("Minutes for the one the customer wishes for"), 2, 1440),
    "wave_size": (gettext_lazy("Helpers asked at once"), 2, 20),
    "round_minutes": (gettext_lazy("Minutes of a matching round"), 1, 60),
    "own_area_minutes": (gettext_lazy("Minutes in the own area"), 0, 1440),
    "second_area_minutes": (gettext_lazy("Minutes in the second area"), 0, 1440),
    "other_tier_minutes": (gettext_lazy("Minutes for the other tier"), 0, 1440),
    "bonus_minutes": (gettext_lazy("Minutes for each bonus"), 0, 1440),
    "other_slots_minutes": (gettext_lazy("Minutes for other times"), 0, 1440),
    "night_notice_minutes": (gettext_lazy("At night, ring for visits so many minutes after the quiet hours"), 0, 1440),
}


class PolicyForm(forms.Form):
    """How helpers are sought; amounts in whole units of the currency, places on the ladder from 1, 0 leaves out."""

    mode = forms.ChoiceField(label=gettext_lazy("Way of asking"), choices=Mode.choices, widget=forms.RadioSelect)
    bonus_step = forms.DecimalField(
        label=gettext_lazy("Bonus added at a time"), min_value=0, max_value=1000, decimal_places=2
    )
    bonus_most = forms.DecimalField(label=gettext_lazy("Bonus at most"), min_value=0, max_value=1000, decimal_places=2)
    brand_pays_bonus = forms.BooleanField(label=gettext_lazy("The brand pays the bonus"), required=False)
    quiet_from = forms.TimeField(label=gettext_lazy("Nobody is rung from"), required=False)
    quiet_until = forms.TimeField(label=gettext_lazy("until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        for name, (label, least, most) in NUMBERS.items():
            self.fields[name] = forms.IntegerField(label=label, min_value=least, max_value=most)
        for rung in MIDDLE:
            place = _("Place on the ladder: %(rung)s") % {"rung": rung.label}
            self.fields[f"place_{rung}"] = forms.IntegerField(label=place, min_value=0, max_value=9)

    def clean(self) -> dict[str, Any]:
        """Refuse a bonus without a step, and quiet hours with one end."""
        said = super().clean() or {}
        step, most = said.get("bonus_step"), said.get("bonus_most")
        if step is not None and most is not None and (bool(step) != bool(most) or most < step):
            self.add_error("bonus_most", _("At least what is added at a time; both 0 for no bonus."))
        if (said.get("quiet_from") is None) != (said.get("quiet_until") is None):
            self.add_error("quiet_until", _("Give both ends, or leave both empty."))
        return said

    def values(self) -> dict[str, Any]:
        """Return the fields of the policy."""
        said = self.cleaned_data
        places = sorted((said[f"place_{rung}"], str(rung)) for rung in MIDDLE if said[f"place_{rung}"])
        kept = ("mode", "brand_pays_bonus", "quiet_from", "quiet_until", *NUMBERS)
        return {
            **{name: said[name] for name in kept},
            "bonus_step": int(said["bonus_step"] * 100),
            "bonus_most": int(said["bonus_most"] * 100),
            "ladder": [str(Rung.OWN_AREA), *(rung for _place, rung in places), str(Rung.DESK)],
        }


@require_safe
@desk_only
def policies(request: DeskRequest) -> HttpResponse:
    """Show for which countries and brands there is a policy, and the error of promised arrivals."""
    at = now()
    brands = list(Brand.objects.order_by("name"))
    scopes = [
        {"country": country, "brand": brand, "policy": _own(country.code, brand)}
        for country in Country.objects.order_by("code")
        for brand in [None, *brands]
        if brand is None or brand.prices.filter(country=country).exists()
    ]
    context = {**frame("policies"), "scopes": scopes, "error": arrival_error(since=at - MEASURED_FOR)}
    return render(request, "desk/policies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def policy(request: DeskRequest, country: str, slug: str) -> HttpResponse:
    """Show the policy of a country, or of one brand there, with its versions, and add one."""
    where = Country.objects.filter(code=country).first()
    brand = Brand.objects.filter(slug=slug).first()
    if where is None or (brand is None and slug != FOR_ALL):
        raise Http404
    form = PolicyForm(request.POST if request.method == "POST" else None, initial=_initial(where, brand))
    if form.is_bound and form.is_valid():
        partners.set_search_policy(country=where.code, brand=brand, values=form.values(), now=by_desk(request))
        messages.success(request, _("The policy holds for every search that begins from now on."))
        return redirect("desk:policy", country=country, slug=slug)
    versions = SearchPolicy.objects.filter(country=where, brand=brand).select_related("made_by")
    context = {
        **frame("policies"),
        "form": form,
        "country": where,
        "of_brand": brand,
        "versions": versions.order_by("-holds_from")[:VERSIONS_SHOWN],
    }
    return render(request, "desk/policy.html", context, status=422 if form.is_bound else 200)


def _own(country: str, brand: Brand | None) -> SearchPolicy | None:
    return SearchPolicy.objects.filter(country=country, brand=brand).order_by("-holds_from").first()


def _initial(country: Country, brand: Brand | None) -> dict[str, object]:
    """Return what holds now: the brand's own policy, else the country's, else the house's default."""
    found = _own(country.code, brand)
    if found is None and brand is not None:
        found = partner.search_policy(brand=brand, country=country.code, at=now())
    held = found or SearchPolicy()
    kept = ("mode", "brand_pays_bonus", "quiet_from", "quiet_until", *NUMBERS)
    places = {f"place_{rung}": held.ladder.index(rung) if rung in held.ladder else 0 for rung in MIDDLE}
    money = {"bonus_step": f"{held.bonus_step / 100:.2f}", "bonus_most": f"{held.bonus_most / 100:.2f}"}
    return {**{name: getattr(held, name) for name in kept}, **places, **money}
