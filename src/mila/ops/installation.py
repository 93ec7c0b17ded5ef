"""One installation as its environment variables describe it: mode, address, state folder, database."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mila.ops import postgres, state

PRODUCTION = "production"
DEMONSTRATION = "demonstration"
EMBEDDED = "embedded"
NEEDED_IN_PRODUCTION = {
    "MILA_SECRET_KEY": "a long random text that is kept for ever",
    "MILA_HOSTS": "the names the service is reached by, with commas between",
    "DATABASE_URL": f"a PostgreSQL of your own, or “{EMBEDDED}” for the one that comes along",
}


class SetupError(Exception):
    """The environment does not describe something that may run; the sentence is for the operator."""


@dataclass(frozen=True)
class Installation:
    """What `./run` runs; `server` is the database server it has to start itself, if any."""

    folder: Path
    mode: str
    host: str
    port: int
    server: postgres.Postgres | None

    @property
    def address(self) -> str:
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return f"http://{shown}:{self.port}"

    def environment(self) -> dict[str, str]:
        """The environment of every process of the installation."""
        return {
            "MILA_PUBLIC_URL": self.address,
            **os.environ,
            "DATABASE_URL": self.database_url,
            "MILA_SECRET_KEY": os.environ.get("MILA_SECRET_KEY") or state.secret(self.folder / "secret"),
            "MILA_MODE": self.mode,
            "MILA_STATE": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "mila.settings",
        }

    @property
    def database_url(self) -> str:
        """The database's address for libpq, password included."""
        return self.server.url if self.server else os.environ["DATABASE_URL"]

    @contextmanager
    def database_up(self) -> Iterator[None]:
        """Runs the embedded server around the block; does nothing where the database is somebody else's."""
        if self.server is None:
            yield
            return
        try:
            self.server.start()
            yield
        finally:
            self.server.stop()


def read() -> Installation:
    """The installation that the environment describes. Raises `SetupError`."""
    mode = os.environ.get("MILA_MODE") or DEMONSTRATION
    if mode not in (PRODUCTION, DEMONSTRATION):
        raise SetupError(f"MILA_MODE is {DEMONSTRATION} or {PRODUCTION}, not “{mode}”.")
    if mode == PRODUCTION:
        refuse_gaps()
    port = os.environ.get("MILA_PORT") or "8000"
    if not port.isdecimal():
        raise SetupError(f"MILA_PORT is a number, not “{port}”.")
    folder = state.folder()
    own = os.environ.get("DATABASE_URL", EMBEDDED) in ("", EMBEDDED)
    return Installation(
        folder=folder,
        mode=mode,
        host=os.environ.get("MILA_HOST") or "127.0.0.1",
        port=int(port),
        server=postgres.of_state(folder) if own else None,
    )


@contextmanager
def database_at_hand(place: Installation, verb: str) -> Iterator[None]:
    """Has the database up around the block: the one that whoever works here has up already, or its own."""
    with ExitStack() as stack:
        with suppress(state.HeldError):
            stack.enter_context(state.held(place.folder, verb=verb, address=""))
            stack.enter_context(place.database_up())
        yield


def refuse_gaps() -> None:
    gaps = [f"  {name}: {what}" for name, what in NEEDED_IN_PRODUCTION.items() if not os.environ.get(name)]
    if gaps:
        raise SetupError("\n".join(["In production these have to be set:", *gaps]))


def python(*arguments: str) -> list[str]:
    """The command of a Python module in this environment."""
    return [sys.executable, "-m", *arguments]


def manage(*arguments: str) -> list[str]:
    """The command of a Django command."""
    return python("django", *arguments)
