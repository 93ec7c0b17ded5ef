"""From a booking that stands to the offer on a helper's screen, and three hundred offers that run out at once.

`./run bench offers`: the crowd of Switzerland, Germany and France by population; the calls are prepared up to the
card, so that what is timed begins with the commit that lets the search begin. Web and two clocks run as `./run` has
them; each helper who will be asked first has the stream open. Nobody answers, so that in the second part all offers
that are out run out at the same instant and are passed on.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")
os.environ.setdefault("MILA_LOG_LEVEL", "ERROR")
django.setup()

from django.db import connection, transaction  # noqa: E402

from benchmarks.decision import a_search  # noqa: E402
from benchmarks.house import SEED, a_large_house  # noqa: E402
from benchmarks.weather import answers, free_port  # noqa: E402
from mila.booking import queries as booking  # noqa: E402
from mila.booking.models import Offer, ServiceCall  # noqa: E402
from mila.countries.models import Country  # noqa: E402
from mila.dispatch import actions as dispatch  # noqa: E402
from mila.journey import machine  # noqa: E402
from mila.kernel.occasion import Occasion, Who  # noqa: E402
from mila.ops import state, tree  # noqa: E402
from mila.ops.installation import manage, python  # noqa: E402
from mila.ops.tree import Part  # noqa: E402
from mila.partners.models import SearchPolicy  # noqa: E402
from mila.partners.queries import own_brand  # noqa: E402
from mila.payments.models import Means, MeansState  # noqa: E402
from mila.simulation.places import places  # noqa: E402
from mila.sites.streams import address, helper_topic  # noqa: E402

Prepared = tuple[UUID, UUID]  # a call, and who will be asked first


def by_day(at: datetime) -> None:
    """Let searches go on at any hour, and leave an offer out until the second part lets it run out."""
    since = {"holds_from": at - timedelta(minutes=1), "made_at": at - timedelta(minutes=1), "made_by": None}
    for country in Country.objects.all():
        for brand in (None, own_brand()):
            SearchPolicy.objects.create(
                country=country, brand=brand, quiet_from=None, quiet_until=None, unreached_seconds=600, **since
            )


def prepare(wanted: int, at: datetime) -> list[Prepared]:
    """Return so many calls with a saved card, each with another helper who will be asked first."""
    rng, found = Random(SEED), list(places())  # noqa: S311 - the same calls for the same seed
    weights = [place.people for place in found]
    asked: dict[UUID, UUID] = {}
    for turn in range(wanted * 4):
        place = rng.choices(found, weights)[0]
        with transaction.atomic():
            call = a_search(place, turn, at).call
            call.searches.all().delete()
            Means.objects.create(
                call=call, state=MeansState.SAVED, reference="means_bench", label="Test", asked_at=at, saved_at=at
            )
        helper = _first_asked(call.id, at)
        if helper is None or helper in asked:
            ServiceCall.objects.filter(pk=call.id).update(due_at=None, due_step="")
        else:
            asked[helper] = call.id
        if len(asked) == wanted:
            break
    return [(call, helper) for helper, call in asked.items()]


def _first_asked(call_id: UUID, at: datetime) -> UUID | None:
    with transaction.atomic():
        call = machine.lock(call_id)
        machine.take("secure", call=call, now=Occasion(Who.BANK, at))
        dispatch.move_search(call, Occasion(Who.CLOCK, at))
        offer = booking.exclusive_offer(call)
        transaction.set_rollback(True)
    return offer.helper_id if offer else None


@contextmanager
def house_up() -> Iterator[int]:
    """Run the web and two clocks around the block; yield the port."""
    port = str(free_port())
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MILA_STATE": folder, "WEATHER_PORT": port}
        web = python("granian", "--interface", "asgi", "--port", port, "--workers", "1", "--log-level", "warning")
        commands = {"web": [*web, "mila.asgi:application"], "clock": manage("clock"), "clock2": manage("clock")}
        parts = [Part(name, command, environment, state.ROOT) for name, command in commands.items()]
        try:
            for part in parts:
                part.start()
            answers(parts[0])
            yield int(port)
        finally:
            tree.stop(parts)


class Streams:
    """The streams of the helpers who will be asked, with the moment at which each first said that something changed."""

    def __init__(self) -> None:
        self.told: dict[UUID, float] = {}
        self._armed = False

    async def listen(self, port: int, helpers: Sequence[UUID]) -> None:
        """Open them all, and read until cancelled."""
        await asyncio.gather(*[self._one(port, helper) for helper in helpers])

    def arm(self) -> None:
        """Take what is said from now on: what a stream says while it opens may be about what was before."""
        self._armed = True

    async def _one(self, port: int, helper: UUID) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {address(helper_topic(helper))} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        while line := await reader.readline():
            if self._armed and b"changed" in line:
                self.told.setdefault(helper, time.perf_counter())


def first_part(prepared: Sequence[Prepared], port: int, a_second: float) -> dict[UUID, tuple[float, float]]:
    """Let the calls be secured at the pace; return when each was due and committed, by the helper asked first."""
    moments: dict[UUID, tuple[float, float]] = {}
    streams, loop = Streams(), asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    # Kept: what only the loop knows of is garbage to Python, and streams fall silent in the middle of the measurement.
    listening = asyncio.run_coroutine_threadsafe(streams.listen(port, [helper for _call, helper in prepared]), loop)
    time.sleep(3 + len(prepared) / 100)
    streams.arm()
    began = time.perf_counter() + 0.5
    with ThreadPoolExecutor(4) as hands:
        secured = []
        for number, (call, helper) in enumerate(prepared):
            due = began + number / a_second
            time.sleep(max(0.0, due - time.perf_counter()))
            secured.append(hands.submit(_secure, call, helper, moments))
    for one in secured:
        one.result()
    given_up = time.perf_counter() + 60
    while len(streams.told) < len(moments) and time.perf_counter() < given_up:
        time.sleep(0.1)
    listening.cancel()
    return {
        helper: (streams.told[helper] - committed, committed)
        for helper, (committed, _due) in moments.items()
        if helper in streams.told
    }


def _secure(call_id: UUID, helper: UUID, moments: dict[UUID, tuple[float, float]]) -> None:
    due = time.perf_counter()
    with transaction.atomic():
        machine.take("secure", call=machine.lock(call_id), now=Occasion(Who.BANK, datetime.now(UTC)))
    moments[helper] = (time.perf_counter(), due)


def second_part(wait_seconds: float) -> tuple[int, list[float], int]:
    """Let all offers that are out run out at one instant; return how many, how late each was passed on, who is left."""
    instant = datetime.now(UTC) + timedelta(seconds=wait_seconds)
    ids = list(Offer.objects.filter(due_at__isnull=False).values_list("id", flat=True))
    Offer.objects.filter(id__in=ids).update(due_at=instant)
    late: list[float] = []
    time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))
    deadline = time.monotonic() + 120
    while len(late) < len(ids) and time.monotonic() < deadline:
        left = _still_out(ids)
        late += [(datetime.now(UTC) - instant).total_seconds()] * (len(ids) - left - len(late))
        time.sleep(0.02)
    return len(ids), late, len(ids) - len(late)


def _still_out(ids: list[UUID]) -> int:
    """Return how many of the offers are out, by a statement that takes little from the two cores that are measured."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from booking_offer where due_at is not null and id = any(%s)", [ids])
        return int(cursor.fetchone()[0])


def at_part(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else float("nan")


def main() -> int:
    """Fill, prepare, time both parts, print."""
    parser = argparse.ArgumentParser(prog="./run bench offers")
    parser.add_argument("--helpers", type=int, default=10_000)
    parser.add_argument("--offers", type=int, default=300)
    parser.add_argument("--a-second", type=float, default=20)
    given = parser.parse_args()
    at = a_large_house(helpers=given.helpers, calls=0)
    by_day(at)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    prepared = prepare(given.offers, at)
    with house_up() as port:
        found = first_part(prepared, port, given.a_second)
        times = [took * 1000 for took, _at in found.values()]
        print(f"calls prepared {len(prepared)}, offers heard {len(times)} at {given.a_second:.0f} a second")
        print(f"commit to stream (ms): p50 {at_part(times, 50):.0f}  p95 {at_part(times, 95):.0f}  "
              f"p99 {at_part(times, 99):.0f}")  # fmt: skip
        count, late, left = second_part(wait_seconds=3)
        print(f"offers that ran out at once: {count}; not passed on in two minutes: {left}")
        print(
            f"lateness (s): p50 {at_part(late, 50):.2f}  p99 {at_part(late, 99):.2f}  last {max(late, default=0):.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
