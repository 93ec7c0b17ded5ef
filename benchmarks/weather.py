"""Bad weather: a running day whose processes are killed outright again and again, and what is left of it.

`./run bench weather` kills web, clock, jobs and database a hundred times; `--kills 20` and so on make it shorter. The
database keeps what it has promised (no switch of durability is off). Each part is killed equally often, in an order
left to chance. A tally is printed, with the time from each kill until the part works again; where anything is lost,
it fails. A hundred kills take about ten minutes.
"""

import argparse
import http.client
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from mila.ops import postgres, state, steps, tree
from mila.ops.installation import manage, python
from mila.ops.tree import Part

DATABASE, WEB = "database", "web"
EVERY_SECONDS = (2.0, 5.0)
FIRST_BOOKINGS_SECONDS = 3.0
LAST_BOOKINGS_SECONDS = 4.0
LONGEST_DRAIN_SECONDS = 180.0


def main() -> int:
    """Run the weather, print the tally, and return 1 where it shows a loss."""
    parser = argparse.ArgumentParser(prog="./run bench weather")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--a-minute", type=int, default=20, help="bookings")
    parser.add_argument("--parts", default=f"{WEB},clock,jobs,{DATABASE}", help="whom to kill, with commas between")
    parser.add_argument("--cards", default="4242,0085,0093,twint", help="test cards that customers use in turn")
    parser.add_argument("--seed", type=int, default=None, help="of the chance that picks whom and when")
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 - no secret
    people = (str(given.a_minute), given.cards)
    targets = given.parts.split(",")
    with tempfile.TemporaryDirectory(prefix="mila-weather-") as folder:
        Path(folder).chmod(0o711)
        server = postgres.Postgres(Path(folder) / "postgres")
        try:
            server.start()
            tally = storm(server, targets, kills=given.kills, people=people, chance=chance)
        finally:
            server.stop()
    print(json.dumps(tally, indent=1))
    return int(bool(tally["losses"]))


def storm(
    server: postgres.Postgres, targets: Sequence[str], *, kills: int, people: Sequence[str], chance: random.Random
) -> dict[str, object]:
    """Let the stream of bookings run through all the kills, and return what it found afterwards."""
    environment = steps.environment_of_tests(server.url)
    subprocess.run(manage("migrate", "--verbosity", "0"), env=environment, check=True)
    began = time.monotonic()
    with parts_up(environment, targets) as parts, stream(environment, people) as driver:
        if driver.stdout is None or driver.stdout.readline() != b"open\n":
            raise SystemExit("The day did not begin; the lines above say why.")
        watched(parts, server, lambda: driver.poll() is None, seconds=FIRST_BOOKINGS_SECONDS)
        recoveries = Recoveries(parts, server)
        for victim in evenly(targets, kills, chance):
            kill(victim, parts, server)
            recoveries.begin(victim)
            pause = chance.uniform(*EVERY_SECONDS)
            watched(parts, server, lambda: driver.poll() is None, seconds=pause, each=recoveries.look)
        watched(parts, server, lambda: driver.poll() is None, seconds=LAST_BOOKINGS_SECONDS, each=recoveries.look)
        if driver.stdin:
            driver.stdin.close()  # no more bookings; what is booked is brought to its end
        watched(parts, server, lambda: driver.poll() is None, seconds=LONGEST_DRAIN_SECONDS, each=recoveries.look)
        said = driver.stdout.read() if driver.poll() is not None else b""
        found: dict[str, object] = json.loads(said) if said else {"losses": {"stream": "never came to rest"}}
        if WEB in parts and not answers(parts[WEB]):
            found["losses"] = {**dict(found["losses"]), WEB: "does not answer"}  # type: ignore[call-overload]
    recovered = {"killed": recoveries.counts(), "seconds until it works again": recoveries.summary()}
    return {**recovered, "seconds": round(time.monotonic() - began), **found}


def evenly(targets: Sequence[str], kills: int, chance: random.Random) -> list[str]:
    """Return whom to kill: each equally often, in an order left to chance."""
    victims = [targets[number % len(targets)] for number in range(kills)]
    chance.shuffle(victims)
    return victims


class Recoveries:
    """How long each part took from its end until it worked again; a part killed twice meanwhile counts once."""

    def __init__(self, parts: Mapping[str, Part], server: postgres.Postgres) -> None:
        self._parts, self._server = parts, server
        self._down: dict[str, tuple[float, datetime]] = {}
        self._killed: Counter[str] = Counter()
        self._took: dict[str, list[float]] = {}

    def begin(self, victim: str) -> None:
        """Begin to measure."""
        self._killed[victim] += 1
        self._down.setdefault(victim, (time.monotonic(), datetime.now(UTC)))

    def look(self) -> None:
        """See who works again."""
        for victim, (since, at) in list(self._down.items()):
            if self._works(victim, at):
                self._took.setdefault(victim, []).append(time.monotonic() - since)
                del self._down[victim]

    def counts(self) -> dict[str, int]:
        """Return how often each was killed."""
        return dict(self._killed)

    def summary(self) -> dict[str, dict[str, float]]:
        """Return the median and the longest time of each."""
        return {
            victim: {"p50": round(statistics.median(took), 1), "max": round(max(took), 1), "n": len(took)}
            for victim, took in sorted(self._took.items())
        }

    def _works(self, victim: str, since: datetime) -> bool:
        if victim == WEB:
            return asked(self._parts[WEB], "/health/live")
        try:
            with psycopg.connect(self._server.url, connect_timeout=1) as line:
                if victim == DATABASE:
                    return line.execute("select count(*) from doors_heartbeat").fetchone() is not None
                seen = line.execute("select at from doors_heartbeat where part = %s", [victim]).fetchone()
        except psycopg.Error:
            return False
        return seen is not None and seen[0] > since


def watched(
    parts: Mapping[str, Part],
    server: postgres.Postgres,
    going: Callable[[], bool],
    *,
    seconds: float,
    each: Callable[[], None] = lambda: None,
) -> None:
    """Bring back what died, as `./run` does, for so long or until it is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and going():
        tree.keep_up(server)
        for part in parts.values():
            part.pause = tree.SHORTEST_PAUSE_SECONDS
            part.revive()
        each()
        time.sleep(0.1)


def kill(victim: str, parts: Mapping[str, Part], server: postgres.Postgres) -> None:
    """End a process as a failing machine would: without a word."""
    process = server.process if victim == DATABASE else parts[victim].process
    if process is not None:
        process.kill()
        process.wait()


@contextmanager
def parts_up(environment: Mapping[str, str], targets: Sequence[str]) -> Iterator[dict[str, Part]]:
    """Run the parts around the block; the clock and the jobs always, the web where it is a target."""
    commands = {"clock": manage("clock"), "jobs": manage("jobs")}
    if WEB in targets:
        port = str(free_port())
        environment = {**environment, "WEATHER_PORT": port}
        commands[WEB] = python("granian", "--interface", "asgi", "--port", port, "--log-level", "warning")
        commands[WEB] += ["--workers-kill-timeout", "2", "mila.asgi:application"]
    parts = {name: Part(name, command, environment, state.ROOT) for name, command in commands.items()}
    try:
        for part in parts.values():
            part.start()
        yield parts
    finally:
        tree.stop(list(parts.values()))


@contextmanager
def stream(environment: Mapping[str, str], people: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the people of the day around the block."""
    command = python("benchmarks.stream", *people)
    driver = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield driver
    finally:
        driver.kill()
        driver.wait()


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(web: Part) -> bool:
    """Tell whether the web says that all of the service is ready, within half a minute."""
    for _ in range(60):
        if asked(web, "/health/ready"):
            return True
        web.revive()
        time.sleep(0.5)
    return False


def asked(web: Part, path: str) -> bool:
    """Tell whether the web answers well at a path."""
    connection = http.client.HTTPConnection("127.0.0.1", int(web.environment["WEATHER_PORT"]), timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
