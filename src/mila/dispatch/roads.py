"""Measuring ways by road before a search looks around, where the installation has a routing server.

Who fits but for the time is found by the straight line; the ways of the nearest of them are asked for once a call, in
one question to each server there is: for who comes by car, by bicycle, on foot. What is not measured is reckoned from
the straight line (`kernel.place`), and the log of why keeps which of the two counted.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.conf import settings

from mila.booking.models import ServiceCall
from mila.countries import queries as countries
from mila.dispatch import queries
from mila.dispatch.adapters.osrm import MOST_STARTS, RoadsAwayError, seconds_to
from mila.dispatch.around import Moment, nearest
from mila.dispatch.models import Road
from mila.dispatch.rules import HelperFacts
from mila.kernel.periods import Period
from mila.kernel.place import START_MINUTES, Transport

log = logging.getLogger(__name__)
REST_SECONDS = 30
PROFILES = {Transport.CAR: "driving", Transport.BICYCLE: "cycling", Transport.FOOT: "walking"}  # as OSRM calls them
RESTS_UNTIL: dict[str, float] = {}  # by address, in seconds that only grow; each process finds out for itself
BOTH_AREAS = 2


def measure(call_id: UUID, at: datetime) -> int:
    """Measure the ways to the call, and return how many are new; none without a server, or while it is away.

    Not to be called in a transaction that holds anything: it waits for a firm outside, two seconds a server at most.
    """
    servers = {transport: base for transport, base in _servers().items() if monotonic() >= RESTS_UNTIL.get(base, 0)}
    if not servers or Road.objects.filter(call=call_id).exists():
        return 0
    call = ServiceCall.objects.select_related("address", "country", "site_contact", "brand").get(pk=call_id)
    people = _shortlist(call, at)
    rows = [row for transport, base in servers.items() for row in _by(transport, base, call, people, at)]
    return len(Road.objects.bulk_create(rows, ignore_conflicts=True))


def _servers() -> dict[Transport, str]:
    found = {
        Transport.CAR: settings.MILA_OSRM,
        Transport.BICYCLE: settings.MILA_OSRM_BICYCLE,
        Transport.FOOT: settings.MILA_OSRM_FOOT,
    }
    return {transport: base for transport, base in found.items() if base}


def _shortlist(call: ServiceCall, at: datetime) -> Sequence[HelperFacts]:
    facts = queries.call_facts(call)
    span = Period(at, at + timedelta(days=1))
    moment = Moment([span], countries.day_in(call.country, at))
    return nearest(facts, moment, country=call.country_id, rung=BOTH_AREAS, most=4 * MOST_STARTS)


def _by(transport: Transport, base: str, call: ServiceCall, around: Sequence[HelperFacts], at: datetime) -> list[Road]:
    """Return the ways of the nearest who come so, none where the server is away."""
    people = [one for one in around if one.transport == transport][:MOST_STARTS]
    if not people:
        return []
    try:
        found = seconds_to(base, PROFILES[transport], call.address.point, [one.home for one in people])
    except RoadsAwayError as reason:
        log.warning("routing server away: %s", reason)
        RESTS_UNTIL[base] = monotonic() + REST_SECONDS
        return []
    return [_road(call, one, took, at) for one, took in zip(people, found, strict=True) if took is not None]


def _road(call: ServiceCall, helper: HelperFacts, seconds: float, at: datetime) -> Road:
    return Road(
        call=call,
        helper_id=helper.id,
        latitude=helper.home.latitude,
        longitude=helper.home.longitude,
        minutes=round(START_MINUTES[helper.transport] + seconds / 60),
        measured_at=at,
    )
