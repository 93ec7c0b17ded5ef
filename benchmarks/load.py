"""Mixed load on a large installation: requests per second and how long the slowest wait.

`./run bench load` fills a database of its own (durable, as `./run` has it) with 10,000 helpers and 100,000 past calls,
starts web, clock and jobs as `./run` does, and lets visitors come. `--filled URL` takes a database that is filled.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.rows import TupleRow

from benchmarks.visitors import Lines, Tally, Visitor, come, found
from benchmarks.weather import answers, free_port
from mila.ops import postgres, state, steps, tree, web
from mila.ops.installation import manage, python
from mila.ops.tree import Part

KEYS = 2000
PACKAGE = "wifi-in-every-room"
TOWNS = (("8004", "Zürich"), ("3007", "Bern"), ("4051", "Basel"), ("8400", "Winterthur"), ("9000", "St. Gallen"))
OFFERS = """
select o.key, h.account_id::text from booking_offer o join crowd_helper h on h.id = o.helper_id
where o.state = 'made' and o.due_at > now() order by o.made_at limit 20
"""


class Busy:
    """What visitors do, each act with its requests; `a_second` says how often each begins at a load of one."""

    def __init__(self, port: int, filled: str, sessions: dict[str, str], tally: Tally) -> None:
        self.lines, self.tally, self.sessions = Lines(port), tally, sessions
        self.rng = random.Random(7)  # noqa: S311 - no secret
        self.database = psycopg.connect(filled, autocommit=True)
        self.keys = self._column("select status_key from booking_servicecall order by md5(id::text) limit %s", KEYS)
        self.calls = self._column("select id::text from booking_servicecall order by md5(id::text) limit %s", KEYS)
        self.helpers = [key for name, key in sessions.items() if name != "desk"]
        self.package = self._column(
            "select p.package_id from partners_price p join partners_brand b on b.id = p.brand_id where b.is_own "
            "and p.country_id = 'CH' and p.contract_model = 'agency' order by p.package_id limit %s", 1
        )[0]  # fmt: skip
        self.asked: set[str] = set()

    def _column(self, question: str, *given: object) -> list[str]:
        rows: list[TupleRow] = self.database.execute(question, given or None).fetchall()  # type: ignore[arg-type]
        return [row[0] for row in rows]

    def visitor(self, session: str = "") -> Visitor:
        return Visitor(self.lines, self.tally, {"sessionid": session} if session else {})

    async def bare(self, due: float) -> None:
        await self.visitor().get("bare: one select", "/health/ready", due=due)

    async def catalogue(self, due: float) -> None:
        await self.visitor().get("catalogue", "/book/", due=due)

    async def status(self, due: float) -> None:
        await self.visitor().get("status page", f"/s/{self.rng.choice(self.keys)}/", due=due)

    async def helper_home(self, due: float) -> None:
        await self.visitor(self.rng.choice(self.helpers)).get("helper: today", "/app/", due=due)

    async def helper_offers(self, due: float) -> None:
        await self.visitor(self.rng.choice(self.helpers)).get("helper: offers", "/app/offers/", due=due)

    async def desk_queue(self, due: float) -> None:
        wanted = self.rng.choice(("attention", "searching", "with_helper", "closed"))
        await self.visitor(self.sessions["desk"]).get("desk: queue", f"/desk/queue/?filter={wanted}", due=due)

    async def desk_call(self, due: float) -> None:
        path = f"/desk/calls/{self.rng.choice(self.calls)}/"
        await self.visitor(self.sessions["desk"]).get("desk: a call", path, due=due)

    async def desk_messages(self, due: float) -> None:
        await self.visitor(self.sessions["desk"]).get("desk: messages", "/desk/messages/", due=due)

    async def booking(self, due: float) -> None:
        """Fill in the form from the service to the order, and save a card."""
        one, (postcode, town) = self.visitor(), self.rng.choice(TOWNS)
        place = {"street": "Lindenstrasse", "house_number": "7", "postcode": postcode, "town": town, "lift": "yes"}
        await one.post("booking: form", f"/book/service/{self.package}/", {}, due=due)
        await one.post("booking: form", "/booking/address/", place)
        slots = await one.get("booking: slots", "/booking/time/")
        slot = found(r'name="slot" value="(\d[^"]+)"', slots)
        await one.post("booking: form", "/booking/time/", {"slot": slot})
        mail = f"{uuid4().hex[:12]}@customers.example"
        await one.post("booking: form", "/booking/contact/", {"name": "Anna Muster", "email": mail, "phone": ""})
        check = await one.get("booking: form", "/booking/check/")
        order = {name: found(f'name="{name}" value="([^"]+)"', check) for name in ("key", "total")}
        done = await one.post("booking: order", "/booking/check/", order)
        page = done.headers.get("location", "")
        if "/bank/" not in page:
            self.tally.wrong["not booked"] += 1
            return
        await one.post("booking: card", page[page.find("/bank/") :], {"card": "4242"})

    async def api_booking(self, due: float) -> None:
        """Ask for slots and book one, as a program does."""
        one, (postcode, town) = self.visitor(), self.rng.choice(TOWNS)
        key = {"Authorization": f"Bearer {os.environ['LOAD_API_KEY']}"}
        address = {"street": "Lindenstrasse", "postcode": postcode, "town": town, "country": "CH"}
        asked = {"packages": [self.package], "address": address}
        supply = await one.send("API: slots", "/api/v1/slots", json.dumps(asked).encode(), key)
        quote = await one.send(
            "API: quote", "/api/v1/quote", json.dumps({"packages": [self.package], "country": "CH"}).encode(), key
        )
        slots, total = json.loads(supply.body).get("slots"), json.loads(quote.body).get("total")
        if not slots or not total:
            self.tally.wrong["API: no slot or no price"] += 1
            return
        given = asked | {
            "total": total,
            "time": {"wish": "slot", "starts_at": self.rng.choice(slots)["starts_at"]},
            "customer": {"name": "Anna Muster", "email": f"{uuid4().hex[:12]}@customers.example"},
        }
        once = {"Idempotency-Key": uuid4().hex}
        await one.send("API: book", "/api/v1/calls", json.dumps(given).encode(), key | once)

    async def accepting(self, due: float) -> None:
        """See an offer that is out, and say yes: all offers that are new are taken."""
        rows = await asyncio.to_thread(lambda: self.database.execute(OFFERS).fetchall())
        for key, account in rows:
            if key not in self.asked and account in self.sessions:
                self.asked.add(key)
                helper = self.visitor(self.sessions[account])
                await helper.post("accept: offer shown", f"/app/offers/{key}/seen/", {})
                await helper.post("accept: yes", f"/app/offers/{key}/accept/", {})

    def mix(self, load: float) -> dict:  # type: ignore[type-arg]
        """Return how often each act begins a second; 0.6 bookings of nine requests, and so on: 50 requests in all."""
        a_second = {
            self.bare: 2.0, self.catalogue: 12.0, self.status: 11.0, self.helper_home: 5.0, self.helper_offers: 3.0,
            self.desk_queue: 2.0, self.desk_call: 2.0, self.desk_messages: 1.0, self.booking: 0.7,
            self.api_booking: 0.7, self.accepting: 3.0,
        }  # fmt: skip
        return {act: often * load for act, often in a_second.items()}


def report(tally: Tally, seconds: float, lost: list[BaseException]) -> None:
    """Print the percentiles of all samples, and each as a multiple of the bare page's."""
    bare = statistics.median(tally.times["bare: one select"])
    count = sum(len(times) for times in tally.times.values())
    print(f"machine: {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    print(f"requests: {count}, {count / seconds:.1f}/s; not as they should be: {dict(tally.wrong)}")
    print(f"broken off: {len(lost)}")
    for why, often in Counter(repr(one)[:100] for one in lost).most_common(5):
        print(f"  {often} of them: {why}")
    print(f"{'ms':24}{'number':>8}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}{'p99/bare p50':>14}")
    for kind, times in sorted(tally.times.items()):
        p50, p95, p99 = (percentile(times, part) for part in (50, 95, 99))
        print(f"{kind:24}{len(times):8}{p50:9.1f}{p95:9.1f}{p99:9.1f}{max(times):9.1f}{p99 / bare:14.1f}")


def percentile(times: list[float], percent: int) -> float:
    """Return the smallest sample that so many percent of all do not exceed."""
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


@contextmanager
def filled_database(given: argparse.Namespace) -> Iterator[str]:
    """The address of a durable database with everything in it."""
    if given.filled:
        yield given.filled
        return
    with tempfile.TemporaryDirectory(prefix="mila-load-") as folder:
        Path(folder).chmod(0o711)
        server = postgres.Postgres(Path(folder) / "postgres")
        try:
            server.start()
            environment = steps.environment_of_tests(server.url)
            subprocess.run(manage("migrate", "--verbosity", "0"), env=environment, check=True)
            size = ("--helpers", str(given.helpers), "--calls", str(given.calls))
            subprocess.run(python("benchmarks.house", *size), env=environment, check=True)
            yield server.url
        finally:
            server.stop()


@contextmanager
def parts_up(url: str, folder: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Run web, clock and jobs around the block, as `./run` does; yield the port and the environment."""
    port = str(free_port())
    environment = {
        **os.environ, "DATABASE_URL": url, "MILA_MODE": "demonstration", "MILA_SECRET_KEY": "of a measurement",
        "MILA_STATE": folder, "MILA_PUBLIC_URL": f"http://127.0.0.1:{port}", "WEATHER_PORT": port,
        "DJANGO_SETTINGS_MODULE": "mila.settings", "MILA_LOG_LEVEL": "ERROR",
        **web.shared_figures(Path(folder)),
    }  # fmt: skip
    subprocess.run(manage("collectstatic", "--no-input", "--verbosity", "0"), env=environment, check=True)
    commands = {"web": web.command("127.0.0.1", int(port)), "clock": manage("clock"), "jobs": manage("jobs")}
    parts = {name: Part(name, command, environment, state.ROOT) for name, command in commands.items()}
    try:
        for part in parts.values():
            part.start()
        if not answers(parts["web"]):
            raise SystemExit("The web did not answer in time: the machine is too busy to measure on.")
        yield int(port), environment
    finally:
        tree.stop(list(parts.values()))


def sessions_in(environment: dict[str, str]) -> dict[str, str]:
    """Return session keys of the desk and of every helper who may be asked, by the account's id."""
    made = subprocess.run(python("benchmarks.sessions"), env=environment, check=True, stdout=subprocess.PIPE)
    return dict(json.loads(made.stdout))


def main() -> int:
    """Fill, start, let them come, report."""
    parser = argparse.ArgumentParser(prog="./run bench load")
    parser.add_argument("--helpers", type=int, default=10_000)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--rate", type=float, default=50, help="requests a second, about")
    parser.add_argument("--warm", type=float, default=20, help="seconds of the same before it is measured")
    parser.add_argument("--filled", default="", help="the address of a database that `bench house` has filled")
    given = parser.parse_args()
    tally = Tally()
    with filled_database(given) as url, tempfile.TemporaryDirectory() as folder, parts_up(url, folder) as (port, env):
        sessions = sessions_in(env)
        os.environ["LOAD_API_KEY"] = sessions.pop("api")
        busy = Busy(port, url, sessions, tally)
        rng = random.Random(1)  # noqa: S311 - no secret
        asyncio.run(come(busy.mix(given.rate / 50), seconds=given.warm, rng=rng))
        busy.lines = Lines(port)
        tally.times.clear()
        tally.wrong.clear()
        began = time.perf_counter()
        lost = asyncio.run(come(busy.mix(given.rate / 50), seconds=given.seconds, rng=rng))
        report(tally, time.perf_counter() - began, lost)
    return 0


if __name__ == "__main__":
    sys.exit(main())
