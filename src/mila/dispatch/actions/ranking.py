"""Putting the helpers around a call in order, with the reasons."""

from dataclasses import asdict, dataclass

from mila.booking.models import Search, ServiceCall
from mila.crowd.models import Helper
from mila.dispatch import queries
from mila.dispatch.rules import (
    CallFacts,
    Filter,
    HelperFacts,
    Points,
    eligible,
    filters,
    is_free,
    points,
    times,
    travel_to,
)
from mila.kernel.occasion import Occasion
from mila.kernel.periods import Period
from mila.kernel.place import distance_km


@dataclass(frozen=True, slots=True)
class Ranked:
    """A helper with filters, points and, where eligible, the place in the order (from 1)."""

    facts: HelperFacts
    filters: dict[str, Filter]
    points: Points
    minutes: int
    km: float
    place: int | None

    def said_filters(self) -> dict[str, object]:
        """Return the filters as they are kept in the log of why."""
        return {name: asdict(one) for name, one in self.filters.items()}

    def said_points(self) -> dict[str, int]:
        """Return the points as they are kept in the log of why."""
        return {**asdict(self.points), "travel_minutes": self.minutes}


def rank(search: Search, now: Occasion) -> list[Ranked]:
    """Return everybody around the call, the eligible first and in order; equal points go by the longer-standing id."""
    call = queries.call_facts(search.call)
    weights = queries.weight_values(queries.weights(now.at))
    looked = []
    for facts in _around(search.call, call, now):
        found = filters(facts, call, at=now.at, rung=search.rung)
        looked.append((eligible(found), points(facts, call, weights), facts, found))
    looked.sort(key=lambda row: (not row[0], -row[1].total, row[2].id))
    return [
        Ranked(
            facts,
            found,
            sum_of,
            travel_to(facts, call),
            distance_km(facts.home, call.point),
            place if met else None,
        )
        for place, (met, sum_of, facts, found) in enumerate(looked, start=1)
    ]


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
        on=now.at.date(),
    )
    found = times(rows[0], call_facts, now.at)
    fitting = (period for period in found if is_free(rows[0], period, call_facts.point))
    return next(fitting, found[0] if found else None)


def _around(call: ServiceCall, facts: CallFacts, now: Occasion) -> list[HelperFacts]:
    contact = call.site_contact
    spans = facts.periods or (Period(now.at, now.at + queries.LOOK_AROUND),)
    return queries.helper_facts(
        queries.nearby(facts.point, country=call.country_id),
        around=spans,
        email=contact.email,
        phone=contact.phone,
        on=spans[0].start.date(),
    )
