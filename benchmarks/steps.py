"""From a step on a helper's phone to the customer's page, with a hundred helpers at work.

`./run bench steps`: each helper is at work at another door and ticks a step every few seconds, in the app's own words;
each customer has the status page's stream open. What is timed begins with the helper's press and ends when the
customer's page has been told of it and has fetched what changed. The web runs as `./run` has it.
"""

import argparse
import asyncio
import os
import platform
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")
os.environ.setdefault("MILA_LOG_LEVEL", "ERROR")
django.setup()

from tests.factories import STEPS, a_confirmed_call, a_helper, by_helper  # noqa: E402

from benchmarks.load import percentile  # noqa: E402
from benchmarks.offers import by_day  # noqa: E402
from benchmarks.sessions import signed_in  # noqa: E402
from benchmarks.visitors import Lines, Tally, Visitor, found  # noqa: E402
from benchmarks.weather import asked, free_port  # noqa: E402
from mila.booking.models import ServiceCall  # noqa: E402
from mila.crowd.models import ExceptionKind, Helper  # noqa: E402
from mila.journey import actions as journey  # noqa: E402
from mila.ops import state, tree, web  # noqa: E402
from mila.ops.installation import manage  # noqa: E402
from mila.ops.tree import Part  # noqa: E402
from mila.sites.now import now  # noqa: E402
from mila.sites.streams import address, call_topic  # noqa: E402


def at_work(helper: Helper) -> ServiceCall:
    """Return a call whose work the helper has begun, at whatever hour this runs."""
    starts_at = now() + timedelta(hours=2)
    helper.exceptions.create(kind=ExceptionKind.FREE, starts_at=now(), ends_at=starts_at + timedelta(days=1))
    call = a_confirmed_call(helper, now(), starts_at=starts_at)
    then = by_helper(helper, starts_at)
    for verb in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        call = verb(call_id=call.id, now=then)
    return call


class Visit:
    """A helper's phone and the customer's page of one call."""

    def __init__(self, port: int, call: ServiceCall, session: str, tally: Tally) -> None:
        self.port, self.call, self.tally = port, call, tally
        self.helper = Visitor(Lines(port), tally, {"sessionid": session})
        self.customer = Visitor(Lines(port), tally)
        self.pressed: asyncio.Queue[float] = asyncio.Queue()
        self.ticked: set[str] = set()
        self.times: list[float] = []

    async def work(self, seconds: float, rng: random.Random) -> None:
        """Tick a step or take its tick back every five to fifteen seconds."""
        ends = time.perf_counter() + seconds
        while (pause := rng.uniform(5, 15)) < ends - time.perf_counter():
            await asyncio.sleep(pause)
            began = time.perf_counter()
            self.pressed.put_nowait(began)
            code = str(rng.choice(STEPS)["code"])
            self.ticked ^= {code}
            step = {"code": code, "done": "1" if code in self.ticked else "0"}
            await self.helper.post("helper: tick", f"/app/visits/{self.call.id}/tick/", step)

    async def watch(self) -> None:
        """Hear of each change and fetch it, as the page does."""
        page = await self.customer.get("customer: page", f"/s/{self.call.status_key}/")
        look = found(r'hx-get="([^"]+)"', page)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {address(call_topic(self.call.id))} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        async for line in reader:
            if b"changed" not in line:
                continue
            answer = await self.customer.get("customer: what changed", look)
            if answer.status != 200:
                continue
            look = found(r'hx-get="([^"]+)"', answer)
            while not self.pressed.empty():
                self.times.append((time.perf_counter() - self.pressed.get_nowait()) * 1000)


async def an_hour(visits: list[Visit], seconds: float) -> None:
    """Let everybody work for so many seconds while the customers watch."""
    watching = [asyncio.ensure_future(visit.watch()) for visit in visits]
    await asyncio.sleep(3)
    for visit in visits:
        visit.times.clear()
    rng = random.Random(5)  # noqa: S311 - no secret
    await asyncio.gather(*(visit.work(seconds, rng) for visit in visits))
    await asyncio.sleep(3)
    for task in watching:
        task.cancel()


def main() -> int:
    """Prepare the visits, let everybody work, report."""
    parser = argparse.ArgumentParser(prog="./run bench steps")
    parser.add_argument("--helpers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    if given.seconds < 30:
        parser.error("a helper ticks every five to fifteen seconds: give at least 30")
    tally, port, visits = Tally(), free_port(), []
    by_day(now())
    for number in range(given.helpers):  # all at the same time: whoever has a visit is not free for the next
        helper = a_helper(f"Helper{number}")
        visits.append(Visit(int(port), at_work(helper), signed_in(helper.account), tally))
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "MILA_STATE": folder,
            "WEATHER_PORT": str(port),
            **web.shared_figures(Path(folder)),
        }
        commands = {"web": web.command("127.0.0.1", int(port)), "clock": manage("clock")}
        parts = {name: Part(name, command, environment, state.ROOT) for name, command in commands.items()}
        try:
            for part in parts.values():
                part.start()
            while not asked(parts["web"], "/health/live"):
                time.sleep(0.2)
            asyncio.run(an_hour(visits, given.seconds))
        finally:
            tree.stop(list(parts.values()))
    report(visits, tally)
    return 0


def report(visits: list[Visit], tally: Tally) -> None:
    """Print how long it took until the other phone showed it."""
    times = [took for visit in visits for took in visit.times]
    lost = sum(visit.pressed.qsize() for visit in visits)
    print(f"machine: {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    print(f"steps: {len(times)} by {len(visits)} helpers; not seen: {lost}; refused: {dict(tally.wrong)}")
    print(
        "from press to the other phone (ms), p50/p95/p99: ",
        *(f"{percentile(times, part):.0f}" for part in (50, 95, 99)),
    )
    for kind, took in sorted(tally.times.items()):
        print(f"  {kind:24} p50 {percentile(took, 50):.0f} p95 {percentile(took, 95):.0f}")


if __name__ == "__main__":
    sys.exit(main())
