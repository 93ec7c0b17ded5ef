"""The published notice: by what helpers are ranked, and how much each of it matters.

Source: Regulation (EU) 2019/1150 Art. 5 and Directive (EU) 2024/2831 Art. 9: the main parameters of ranking, their
relative importance, and whether paying changes anything; generated from the version in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mila.dispatch import published
from mila.dispatch.models import Weights
from mila.dispatch.points import (
    JOBS_COUNTED,
    RATINGS_COUNTED,
    TRAVEL_CAP_MINUTES,
    WeightValues,
    importance,
    most_of,
    values_of,
)
from mila.sites.customer.page import front, of_brand
from mila.sites.customer.shop import country_name, shop
from mila.sites.now import now
from mila.sites.templatetags.words import decimal

NAMES: Mapping[str, Promise] = {
    "stars": _("Star rating"),
    "level": _("Skill level"),
    "travel": _("Travel time"),
    "reliability": _("Reliability"),
    "tier": _("Preferred tier"),
    "earlier": _("Earlier work for this customer"),
    "newcomer": _("New helpers"),
}


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor in words, with its share of all points that can be won in per cent."""

    name: str | Promise
    says: str
    share: float
    most: int


@dataclass(frozen=True, slots=True)
class Edition:
    """A version with its dates; `state` is coming, live or past."""

    number: int
    holds_from: datetime | None
    state: str
    shares: Sequence[tuple[str | Promise, float]]


@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """Show by what helpers are ranked for the brand in front, in the country chosen, with all versions and dates."""
    known = of_brand(request)
    here = shop(known)
    asked = request.GET.get("country", "")
    country = next((one for one in here.all if one.code == asked), here.country)
    at = now()
    live = published.in_force(brand=known.brand.id, country=country.code, at=at)
    context = {
        **front(),
        "country": country_name(country.code),
        "countries": [(one.code, country_name(one.code), one.code == country.code) for one in here.all],
        "live": live,
        "is_own": live.brand_id is not None,
        "factors": _factors(values_of(live.values)),
        "editions": [_edition(row, live, at) for row in published.history(brand=known.brand.id, country=country.code)],
    }
    return render(request, "customer/ranking.html", context)


def _factors(weights: WeightValues) -> list[Factor]:
    most = most_of(weights)
    return [
        Factor(NAMES[name], str(_SAYS[name] % _numbers(weights)), share / 10, most[name])
        for name, share in importance(weights)
        if share
    ]


def _numbers(weights: WeightValues) -> dict[str, object]:
    return {
        "ratings": RATINGS_COUNTED,
        "months": round(weights.half_life_days / 30.4),
        "worth": weights.prior_ratings,
        "prior": decimal(weights.prior_stars / 1000),
        "minutes": TRAVEL_CAP_MINUTES,
        "jobs": JOBS_COUNTED,
    }


def _edition(row: Weights, live: Weights, at: datetime) -> Edition:
    coming = row.holds_from is not None and row.holds_from > at
    state = "live" if row.pk == live.pk else "coming" if coming else "past"
    shares = [(NAMES[name], share / 10) for name, share in importance(values_of(row.values)) if share]
    return Edition(row.version, row.holds_from, state, shares)


_SAYS: Mapping[str, Promise] = {
    "stars": _(
        "The average of the last %(ratings)d overall ratings. A rating counts half as much after %(months)d months. "
        "Few ratings say little: the average begins with %(worth)d ratings of %(prior)s stars."
    ),
    "level": _("How far the helper's levels lie above those that the job asks for."),
    "travel": _("The time on the road to the customer: the nearer, the more; none from %(minutes)d minutes on."),
    "reliability": _(
        "The last %(jobs)d jobs: dropping out or not coming by own fault counts whole, coming late by own fault half."
    ),
    "tier": _("Where a package prefers Friends or Pros."),
    "earlier": _("A visit to the same customer that was rated with four or five stars."),
    "newcomer": _("For helpers with few ratings. It melts away as ratings come in, never faster than good ones add."),
}
