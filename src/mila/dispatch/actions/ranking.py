"""Putting the helpers around a call in order, with the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mila.booking.models import Search, ServiceCall
from mila.countries import queries as countries
from mila.crowd.models import Helper
from mila.dispatch import queries
from mila.dispatch.around import LOOK_AROUND, Moment, Surroundings, around, named
from mila.dispatch.models import Weights
from mila.dispatch.points import PointFacts, Points, lot, score, values_of
from mila.dispatch.rules import (
    CallFacts,
    Filter,
    HelperFacts,
    eligible,
    filters,
    fitting,
    point_facts,
    times,
    travel_to,
)
from mila.kernel.occasion import Occasion
from mila.kernel.periods import Period
from mila.kernel.place import distance_km


@dataclass(frozen=True, slots=True)
class Ranked:
    """A helper with filters and, where eligible, points, what they follow from, and the place in the order (from 1)."""

    facts: HelperFacts
    filters: Mapping[str, Filter]
    points: Points | None
    point_facts: PointFacts | None
    minutes: int
    km: float
    place: int | None


def rank(search: Search, now: Occasion) -> Sequence[Ranked]:
    """Return everybody around the call by the rules, the eligible first and in order; equal points draw lots.

    What `decided` does over whole arrays, one helper after another: the measure of it. The weights are those with which
    the search began, so that nobody's place changes while people are being asked.
    """
    call = queries.call_facts(search.call)
    weights = queries.weights_of_search(search) or queries.weights_for(
        brand=search.call.brand_id, country=search.call.country_id, at=now.at
    )
    found = _around(search, call, now)
    judged = [(one, filters(one, call, at=now.at, rung=search.area)) for one in (*found.helpers, *found.others)]
    fit = _in_order(search.call, call, [one for one, said in judged if eligible(said)], weights, now)
    said_of = {one.id: said for one, said in judged}
    best = [_ranked(call, one, said_of[one.id], sum_of, place) for place, (one, sum_of) in enumerate(fit, 1)]
    return [*best, *(_ranked(call, one, said, None, None) for one, said in judged if not eligible(said))]


def still_eligible(search: Search, helper: Helper, now: Occasion) -> bool:
    """Tell whether the helper, asked earlier, may still take the call."""
    call = queries.call_facts(search.call)
    facts = named([helper.id], _moment(search.call, call, now))
    return any(eligible(filters(one, call, at=now.at, rung=2)) for one in facts)


def time_of(call: ServiceCall, helper: Helper, now: Occasion) -> Period | None:
    """Return the time that the call binds this helper, the first that fits; None while the time is to be agreed."""
    call_facts = queries.call_facts(call)
    on = countries.day_in(call.country, now.at)
    rows = named([helper.pk], Moment(call_facts.periods, on, call=call.pk))
    found = times(rows[0], call_facts, now.at)
    return next(iter(fitting(rows[0], call_facts, now.at)), found[0] if found else None)


def _in_order(
    call: ServiceCall, facts: CallFacts, fit: Sequence[HelperFacts], weights: Weights, now: Occasion
) -> list[tuple[HelperFacts, Points]]:
    values = values_of(weights.values)
    contact = call.site_contact
    known = queries.with_record(fit, email=contact.email, phone=contact.phone, at=now.at)
    scored = [(one, score(point_facts(one, facts), values)) for one in known]
    return sorted(scored, key=lambda row: (-row[1].total, lot(facts.key, row[0].id)))


def _ranked(
    call: CallFacts, facts: HelperFacts, found: Mapping[str, Filter], points: Points | None, place: int | None
) -> Ranked:
    return Ranked(
        facts=facts,
        filters=found,
        points=points,
        point_facts=point_facts(facts, call) if points else None,
        minutes=travel_to(facts, call),
        km=distance_km(facts.home, call.point),
        place=place,
    )


def _around(search: Search, facts: CallFacts, now: Occasion) -> Surroundings:
    call = search.call
    return around(facts, _moment(call, facts, now), country=call.country_id, rung=search.area)


def _moment(call: ServiceCall, facts: CallFacts, now: Occasion) -> Moment:
    contact = call.site_contact
    spans = facts.periods or (Period(now.at, now.at + LOOK_AROUND),)
    return Moment(spans, countries.day_in(call.country, spans[0].start), contact.email, contact.phone, call.pk)
