"""How the web is started: one process for each core, up to four, behind one address."""

import os
import shutil
from pathlib import Path

from mila.ops.installation import SetupError, python

MOST_BY_ITSELF = 4
# Open streams would keep a stopping worker for ever.
ENDING = ("--workers-kill-timeout", "2")


def workers() -> int:
    """Return how many web processes there shall be: MILA_WEB_PROCESSES, else by the cores. Raises `SetupError`."""
    asked = os.environ.get("MILA_WEB_PROCESSES") or str(min(os.cpu_count() or 1, MOST_BY_ITSELF))
    if not asked.isdecimal() or not 1 <= int(asked) <= 64:
        raise SetupError(f"MILA_WEB_PROCESSES is a number from 1 to 64, not “{asked}”.")
    return int(asked)


def command(host: str, port: int) -> list[str]:
    """Return the command of the web server at the address."""
    at = ("--host", host, "--port", str(port), "--workers", str(workers()))
    return python("granian", "--interface", "asgi", *at, *ENDING, "--log-level", "warning", "mila.asgi:application")


def shared_figures(folder: Path) -> dict[str, str]:
    """Make an empty place where processes put their counters, so that any of them can tell the sums; name it."""
    place = folder / "figures"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return {"PROMETHEUS_MULTIPROC_DIR": str(place)}
