"""A thousand open streams in one process: memory, threads, and the time from a helper's yes to a customer's page.

The web server runs as `./run` starts it; the readers are sockets of this process. What is timed is the verb `accept`,
from its call until the word *changed* has come out of the customer's stream.
"""

import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")
os.environ.setdefault("MILA_LOG_LEVEL", "WARNING")
django.setup()

from tests.factories import IN_THREE_DAYS, NOON, a_helper, a_requested_call, an_offer, by_helper  # noqa: E402

from mila.crowd.models import Helper  # noqa: E402
from mila.journey import actions as journey  # noqa: E402
from mila.sites.streams import address, call_topic  # noqa: E402

STREAMS, YESES = 1000, 25
PATIENCE_SECONDS = 60


def main() -> None:
    """Measure and print the figures with the machine."""
    luca = a_helper()
    with a_web_server() as (process, port):
        before = figures(process)
        streams = [a_stream(port, uuid4()) for _ in range(STREAMS - 1)]
        time.sleep(2)
        after = figures(process)
        times = [from_yes_to_page(luca, number, port) for number in range(YESES)]
        stop = time.perf_counter()
        process.terminate()
        process.wait(30)
        stopped = time.perf_counter() - stop
    print(
        f"machine: {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )
    print(f"         with a load of {os.getloadavg()[0]:.1f} on it")
    print(f"open streams:              {len(streams)}")
    print(f"memory (MB), before/after: {before[0]:.0f} / {after[0]:.0f}")
    print(f"threads, before/after:     {before[1]} / {after[1]}")
    for name, part in (("yes to page (ms), p50/p95: ", 0), ("of it after the commit:    ", 1)):
        found = [took[part] for took in times]
        print(f"{name}{percentile(found, 50):.0f} / {percentile(found, 95):.0f}")
    print(f"stop with all open (s):    {stopped:.1f}")


def from_yes_to_page(luca: Helper, number: int, port: int) -> tuple[float, float]:
    """Return the milliseconds from a helper's yes, and from its commit, to the word in the customer's stream."""
    start = IN_THREE_DAYS + timedelta(days=7 * number)
    call = a_requested_call(starts_at=start)
    offer = an_offer(call)
    journey.acknowledge(offer_key=offer.key, now=by_helper(luca))
    page = a_stream(port, call.id)
    time.sleep(0.3)
    page.settimeout(PATIENCE_SECONDS)
    began = time.perf_counter()
    journey.accept(offer_key=offer.key, now=by_helper(luca, NOON + timedelta(seconds=5)))
    committed = time.perf_counter()
    heard = page.recv(1000)
    told = time.perf_counter()
    page.close()
    if b"changed" not in heard:
        raise SystemExit(f"the stream said {heard!r}")
    return (told - began) * 1000, (told - committed) * 1000


def a_stream(port: int, call_id: UUID) -> socket.socket:
    """Open a stream about a call and read until it is open: it says nothing before something happens."""
    line = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
    line.sendall(f"GET {address(call_topic(call_id))} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    got = b""
    while b"\r\n\r\n" not in got:
        more = line.recv(4000)
        if not more:
            raise SystemExit(f"no stream: {got!r}")
        got += more
    return line


@contextmanager
def a_web_server() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the web server as `./run` does, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--workers", "1"]
    command += ["--workers-kill-timeout", "2", "--log-level", "warning", "mila.asgi:application"]
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen(command, env=os.environ | {"MILA_STATE": state})
        try:
            _wait_for(port)
            yield process, port
        finally:
            process.kill()
            process.wait()


def figures(process: subprocess.Popen[bytes]) -> tuple[float, int]:
    """Return the memory in MB and the threads of the process that has the streams."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    status = Path(f"/proc/{children[0] if children else process.pid}/status").read_text()
    found = dict(line.split(":", 1) for line in status.splitlines())
    return int(found["VmRSS"].split()[0]) / 1024, int(found["Threads"])


def percentile(times: list[float], percent: int) -> float:
    """Return the value below which so many percent lie."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            a_stream(port, uuid4()).close()
        except (OSError, SystemExit):
            time.sleep(0.3)
        else:
            return
    raise SystemExit("the web server has no streams")


if __name__ == "__main__":
    main()
