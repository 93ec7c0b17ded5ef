"""Putting the helpers around a call in order, with the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mila.booking.models import Search, ServiceCall
from mila.countries import queries as countries
from mila.crowd.models import Helper
from mila.dispatch import queries
from mila.dispatch.models import Decision, Weights
from mila.dispatch.points import PointFacts, Points, lot, score, values_of
from mila.dispatch.record import Line, asked_of, written
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

    @property
    def line(self) -> Line:
        """The helper as kept in the log of why."""
        return Line(self.facts.id, self.filters, self.points, self.place, self.point_facts)


@dataclass(frozen=True, slots=True)
class Ranking:
    """One look around a call: everybody, the eligible first and in order, by one version of the weights."""

    weights: Weights
    everybody: Sequence[Ranked]


def rank(search: Search, now: Occasion) -> Sequence[Ranked]:
    """Return everybody around the call, the eligible first and in order."""
    return look(search, now).everybody


def look(search: Search, now: Occasion) -> Ranking:
    """Look at everybody around the call: filter, then count points and rank; equal points draw lots for each call.

    The weights are those with which the search began, so that nobody's place changes while people are being asked.
    """
    call = queries.call_facts(search.call)
    weights = queries.weights_of_search(search) or queries.weights_for(
        brand=search.call.brand_id, country=search.call.country_id, at=now.at
    )
    judged = [(facts, filters(facts, call, at=now.at, rung=search.area)) for facts in _around(search.call, call, now)]
    fit = _in_order(search.call, call, [facts for facts, found in judged if eligible(found)], weights, now)
    found_of = {facts.id: found for facts, found in judged}
    best = [_ranked(call, facts, found_of[facts.id], sum_of, place) for place, (facts, sum_of) in enumerate(fit, 1)]
    others = [_ranked(call, facts, found, None, None) for facts, found in judged if not eligible(found)]
    return Ranking(weights, [*best, *others])


def keep(search: Search, ranking: Ranking, now: Occasion) -> None:
    """Write the look into the log of why, as the next round of the search, which the caller saves."""
    search.rounds += 1
    lines = [one.line for one in ranking.everybody]
    asked = asked_of(lines)
    Decision.objects.create(
        search=search,
        round=search.rounds,
        at=now.at,
        weights=ranking.weights,
        looked_at=len(lines),
        eligible=sum(line.rank is not None for line in lines),
        asked=asked,
        lines=[written(line, asked) for line in lines],
    )


def still_eligible(search: Search, helper: Helper, now: Occasion) -> bool:
    """Tell whether the helper, asked earlier, may still take the call."""
    call = queries.call_facts(search.call)
    facts = [one for one in _around(search.call, call, now) if one.id == helper.id]
    return any(eligible(filters(one, call, at=now.at, rung=2)) for one in facts)


def time_of(call: ServiceCall, helper: Helper, now: Occasion) -> Period | None:
    """Return the time that the call binds this helper, the first that fits; None while the time is to be agreed."""
    call_facts = queries.call_facts(call)
    rows = queries.helper_facts(
        Helper.objects.filter(pk=helper.pk),
        around=call_facts.periods,
        email="",
        phone="",
        on=countries.day_in(call.country, now.at),
    )
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


def _around(call: ServiceCall, facts: CallFacts, now: Occasion) -> list[HelperFacts]:
    contact = call.site_contact
    spans = facts.periods or (Period(now.at, now.at + queries.LOOK_AROUND),)
    return queries.helper_facts(
        queries.nearby(facts.point, country=call.country_id),
        around=spans,
        email=contact.email,
        phone=contact.phone,
        on=countries.day_in(call.country, spans[0].start),
    )
