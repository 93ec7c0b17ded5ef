"""The dispatch decision: filter, rank and log, with a crowd by population, as multiples of a bare `select 1`.

`./run bench decision --helpers 11000` and `--helpers 100000`. A call is drawn by population (and some in Paris) and
booked, which is not timed. Then the decision is: whoever is near is filtered and ranked, the log of why is written,
the order comes back. Beside it the whole move of the search, with the offer and its message. Then all is undone. For
some calls the order is compared with a look at every helper of the country by the rules, one after another.
"""

import argparse
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")
os.environ.setdefault("MILA_LOG_LEVEL", "ERROR")
django.setup()

from django.db import connection, transaction  # noqa: E402

from benchmarks.house import SEED, a_large_house, wish  # noqa: E402
from mila.booking.actions import write_call  # noqa: E402
from mila.booking.models import Search, SearchPurpose  # noqa: E402
from mila.countries.models import Country  # noqa: E402
from mila.crowd.models import Helper  # noqa: E402
from mila.dispatch import actions as dispatch  # noqa: E402
from mila.dispatch import queries  # noqa: E402
from mila.dispatch.around import Moment, named  # noqa: E402
from mila.dispatch.decided import decide  # noqa: E402
from mila.dispatch.models import Decision  # noqa: E402
from mila.dispatch.points import lot, values_of  # noqa: E402
from mila.dispatch.rules import HelperFacts, eligible, filters, points  # noqa: E402
from mila.journey import machine  # noqa: E402
from mila.kernel.occasion import Occasion, Who  # noqa: E402
from mila.simulation.places import Place, places  # noqa: E402

AT_ONCE = 2000
BESIDE = 1_000_000  # further calls are numbered from there
TIMED = ("filter, rank and log", "with offer and message")


@contextmanager
def undone() -> Iterator[None]:
    """Undo whatever the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def a_search(place: Place, turn: int, at: datetime) -> Search:
    """Return the running search of a call at the place."""
    monday = (at + timedelta(days=7 - at.weekday())).replace(hour=10, minute=0, second=0, microsecond=0)
    customer = Occasion(Who.CUSTOMER, at)
    given = wish(Country.objects.get(pk=place.country), place, monday=monday, turn=turn)
    call = write_call(given=given, now=customer)
    machine.begin(call, customer)
    return Search.objects.create(call=call, purpose=SearchPurpose.FIRST, opened_at=at, due_at=at)


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long the work took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def select_1() -> None:
    """Ask the database for nothing but an answer."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        cursor.fetchone()


def as_in_service(place: Place, turn: int, at: datetime) -> None:
    """Let the connection ask what a decision asks, as one in service has: undoing makes the driver forget it."""
    search = a_search(place, BESIDE + turn, at)
    for _ in range(3):
        decide(search, Occasion(Who.CLOCK, at))


def measured(drawn: list[Place], at: datetime) -> dict[str, list[float]]:
    """Return the milliseconds of each decision, of the whole move, and of a bare round trip beside them."""
    now = Occasion(Who.CLOCK, at)
    times: dict[str, list[float]] = {name: [] for name in ("select 1", *TIMED, "around", "eligible")}
    for turn, place in enumerate(drawn):
        with undone():
            as_in_service(drawn[turn - 1], turn, at)
            search = a_search(place, turn, at)
            times["select 1"] += [milliseconds(select_1) for _ in range(5)]
            times["filter, rank and log"].append(milliseconds(lambda search=search: decide(search, now)))
            kept = Decision.objects.only("looked_at", "eligible").get(search=search)
            times["around"].append(kept.looked_at)
            times["eligible"].append(kept.eligible)
        with undone():
            as_in_service(drawn[turn - 1], turn, at)
            call = machine.lock(a_search(place, turn, at).call_id)
            times["with offer and message"].append(milliseconds(lambda call=call: dispatch.move_search(call, now)))
    return times


def differing(drawn: list[Place], at: datetime) -> int:
    """Return for how many calls the order is another than by looking at every helper of the country."""
    return sum(not _same(place, turn, at) for turn, place in enumerate(drawn))


def _same(place: Place, turn: int, at: datetime) -> bool:
    now = Occasion(Who.CLOCK, at)
    with undone():
        search = a_search(place, turn, at)
        found = [one.helper_id for one in decide(search, now)]
        return found == _brute(search, now)


def _brute(search: Search, now: Occasion) -> list[UUID]:
    call, contact = search.call, search.call.site_contact
    facts = queries.call_facts(call)
    ids = list(Helper.objects.filter(provider__country_id=call.country_id).values_list("pk", flat=True))
    moment = Moment(facts.periods, facts.periods[0].start.date(), contact.email, contact.phone)
    fit: list[HelperFacts] = []
    for first in range(0, len(ids), AT_ONCE):
        read = named(ids[first : first + AT_ONCE], moment)
        fit += [one for one in read if eligible(filters(one, facts, at=now.at, rung=1))]
    weights = values_of(queries.weights_for(brand=call.brand_id, country=call.country_id, at=now.at).values)
    known = queries.with_record(fit, email=contact.email, phone=contact.phone, at=now.at)
    scored = [(-points(one, facts, weights).total, lot(call.pk, one.id), one.id) for one in known]
    return [helper for _total, _lot, helper in sorted(scored)]


def report(name: str, times: dict[str, list[float]]) -> None:
    """Print p50 and p99 and their multiples of the bare round trip of the same run."""
    bare = statistics.median(times["select 1"])
    for what in ("around", "eligible"):
        print(f"{name}: {what} p50 {statistics.median(times[what]):.0f}, most {max(times[what]):.0f}")
    for what in ("select 1", *TIMED):
        found = sorted(times[what])
        p50, p99 = statistics.median(found), found[max(0, -(-len(found) * 99 // 100) - 1)]
        print(f"  {what:24} p50 {p50:8.2f} ms = {p50 / bare:7.1f} x   p99 {p99:8.2f} ms = {p99 / bare:7.1f} x")


def statements(place: Place, at: datetime) -> Counter[str]:
    """Return the statements of one decision by what they touch."""
    seen: Counter[str] = Counter()

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        seen[" ".join(sql.split()[:3])[:40]] += 1
        return execute(sql, params, many, context)

    with undone():
        call = machine.lock(a_search(place, 0, at).call_id)
        with connection.execute_wrapper(note):
            dispatch.move_search(call, Occasion(Who.CLOCK, at))
    return seen


def main() -> None:
    """Fill, decide, compare, print."""
    parser = argparse.ArgumentParser(prog="./run bench decision")
    parser.add_argument("--helpers", type=int, default=11_000)
    parser.add_argument("--calls", type=int, default=150, help="decisions by population; a third as many in Paris")
    parser.add_argument("--checked", type=int, default=3, help="calls compared with a look at everybody")
    parser.add_argument("--past", type=int, default=2000, help="past calls, from which ratings and conduct follow")
    given = parser.parse_args()
    at = a_large_house(helpers=given.helpers, calls=given.past).replace(hour=11)  # by night nobody is asked
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    rng = Random(SEED)  # noqa: S311 - the same calls for the same seed
    found = list(places())
    drawn = rng.choices(found, weights=[place.people for place in found], k=given.calls)
    paris = [place for place in found if place.name == "Paris"][:1] * (given.calls // 3)
    measured(drawn[:10], at)
    report(f"{given.helpers} helpers, by population", measured(drawn, at))
    report(f"{given.helpers} helpers, Paris", measured(paris, at))
    print(f"statements a decision: {statements(paris[0], at).total()}")
    checked = [*drawn[: given.checked], *paris[:1]] if given.checked else []
    print(f"calls for which a look at everybody gives another order: {differing(checked, at)} of {len(checked)}")


if __name__ == "__main__":
    main()
