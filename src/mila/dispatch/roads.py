"""Measuring ways by road before a search looks around, where the installation has a routing server.

Who fits but for the time is found by the straight line; the ways of the nearest of them who come by car are asked for
in one question, once a call. What is not measured is reckoned from the straight line (`kernel.place`), and the log of
why keeps which of the two counted.
"""

import logging
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
RESTS_UNTIL: dict[str, float] = {}  # by address, in seconds that only grow; each process finds out for itself
BOTH_AREAS = 2


def measure(call_id: UUID, at: datetime) -> int:
    """Measure the ways to the call, and return how many are new; none without a server, or while it is away.

    Not to be called in a transaction that holds anything: it waits for a firm outside, two seconds at most.
    """
    base = settings.MILA_OSRM
    if not base or monotonic() < RESTS_UNTIL.get(base, 0) or Road.objects.filter(call=call_id).exists():
        return 0
    call = ServiceCall.objects.select_related("address", "country", "site_contact", "brand").get(pk=call_id)
    people = _shortlist(call, at)
    if not people:
        return 0
    try:
        found = seconds_to(base, call.address.point, [one.home for one in people])
    except RoadsAwayError as reason:
        log.warning("routing server away: %s", reason)
        RESTS_UNTIL[base] = monotonic() + REST_SECONDS
        return 0
    rows = [_road(call, one, took, at) for one, took in zip(people, found, strict=True) if took is not None]
    return len(Road.objects.bulk_create(rows, ignore_conflicts=True))


def _shortlist(call: ServiceCall, at: datetime) -> list[HelperFacts]:
    facts = queries.call_facts(call)
    span = Period(at, at + timedelta(days=1))
    moment = Moment([span], countries.day_in(call.country, at))
    around = nearest(facts, moment, country=call.country_id, rung=BOTH_AREAS, most=4 * MOST_STARTS)
    return [one for one in around if one.transport == Transport.CAR][:MOST_STARTS]


def _road(call: ServiceCall, helper: HelperFacts, seconds: float, at: datetime) -> Road:
    return Road(
        call=call,
        helper_id=helper.id,
        latitude=helper.home.latitude,
        longitude=helper.home.longitude,
        minutes=round(START_MINUTES[Transport.CAR] + seconds / 60),
        measured_at=at,
    )
