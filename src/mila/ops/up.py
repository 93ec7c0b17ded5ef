"""`./run`: the whole service on one machine, from the database to the addresses of its doors."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from mila.ops import installation, messages, programs, state, tree, web
from mila.ops.beside import beside
from mila.ops.installation import DEMONSTRATION, Installation, SetupError, manage
from mila.ops.tree import Part

DOORS = {
    "": "start page",
    "book/": "customer: book a visit",
    "app/": "helper: offers and visits",
    "desk/": "desk: calls and their clocks",
}
DEMONSTRATION_DOORS = {
    "": "start page: sign in as anybody, one click",
    "tour/": "the tour: a whole story, both phones side by side",
    "mail/": "mailbox of everybody",
}
Commands = Sequence[tuple[str, ...]]
BEFORE_A_DEMONSTRATION: Commands = (("demo_fill",),)
STATIC = ("collectstatic", "--no-input", "--verbosity", "0")
COMPILE = (sys.executable, "-c", "from mila.ops.messages import compile_all; compile_all()")
FIRST_ANSWER_SECONDS = 120
LEFTOVER_SECONDS = 4
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str]) -> int:
    """Runs until Ctrl-C; returns 0 when stopped or already running, 1 when it cannot run."""
    return start(arguments, verb="up", before=BEFORE_A_DEMONSTRATION)


def start(arguments: Sequence[str], *, verb: str, before: Commands) -> int:
    """Runs as `main` does; `before` are the Django commands before the parts of a demonstration start."""
    if arguments:
        said = f"./run {verb} takes no arguments; MILA_PORT, MILA_HOST and others are in docs/operations.md"
        print(said, file=sys.stderr)
        return 2
    # Being told to end and Ctrl-C are the same, also in the background, where a shell lets Ctrl-C be ignored.
    for asked in ENDINGS:
        if asked != signal.SIGHUP or signal.getsignal(asked) != signal.SIG_IGN:
            signal.signal(asked, signal.default_int_handler)
    try:
        place = installation.read()
        run_alone(place, before)
    except (SetupError, programs.ServerError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
    return 0


def run_alone(place: Installation, before: Commands) -> None:
    """Runs the service, unless it runs already: then says so and where."""
    try:
        with state.held(place.folder, verb="./run", address=place.address):
            run(place, before)
    except state.HeldError as error:
        print(already_running(error.holder, place.mode))


def already_running(holder: state.Holder, mode: str) -> str:
    if not holder.address:
        return f"{holder.verb} (process {holder.pid}) is at work on this data; start again when it is done."
    return f"Mila is running already on this data (process {holder.pid}):\n\n{doors(holder.address, mode)}"


def run(place: Installation, before: Commands) -> None:
    """Database, tables, demonstration, parts; returns only by an exception.

    What does not need the other is done at the same time. Of a database just made nobody holds a row yet: the parts may
    come up while the demonstration is being filled.
    """
    refuse_taken_port(place)
    is_new = place.mode == DEMONSTRATION and place.server is not None and not place.server.is_made()
    with ExitStack() as stack:
        texts = stack.enter_context(beside("texts", COMPILE, os.environ)) if messages.changed() else None
        stack.enter_context(place.database_up())
        with beside("collectstatic", manage(*STATIC), place.environment()) as static:
            do(place, ("migrate",))
            static.wait()
        if texts:
            texts.wait()
        if not is_new:
            prepare(place, before)
        with parts_up(place) as parts:
            if is_new:
                prepare(place, before)
            wait_for_answer(place, parts)
            data = f"; the data stays in {place.server.place}" if place.server else ""
            print(f"\nMila is up. Ctrl-C stops it{data}.\n", flush=True)
            print(f"{doors(place.address, place.mode)}\n", flush=True)
            tree.watch(parts, place.server)


def refuse_taken_port(place: Installation) -> None:
    # What a killed start has left needs a moment to end.
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while trouble := port_trouble(place):
        if time.monotonic() > deadline:
            another = f"Another port is chosen with MILA_PORT={place.port + 1} ./run"
            raise SetupError(f"{place.host}:{place.port} cannot be used: {trouble}. {another}")
        time.sleep(0.1)


def port_trouble(place: Installation) -> str:
    """Why the web server could not listen, empty where it could."""
    with socket.socket(socket.AF_INET6 if ":" in place.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def prepare(place: Installation, before: Commands) -> None:
    """Fills a demonstration on its first start; looks production over on each."""
    for command in before if place.mode == DEMONSTRATION else (("doctor", "--before-start"),):
        do(place, command)


def do(place: Installation, command: tuple[str, ...]) -> None:
    """Runs a Django command to its end. Raises `SetupError` where it fails."""
    print(f"{command[0]} …", flush=True)
    with beside(command[0], manage(*command, "--verbosity", "0"), place.environment()) as running:
        running.wait()


def parts_of(place: Installation) -> list[Part]:
    """The parts of the service, in the order in which they stop."""
    commands = {"web": web.command(place.host, place.port), "clock": manage("clock"), "jobs": manage("jobs")}
    if place.mode == DEMONSTRATION:
        commands["players"] = manage("players")
    environment = place.environment() | web.shared_figures(place.folder)
    return [Part(name, command, environment, state.ROOT) for name, command in commands.items()]


@contextmanager
def parts_up(place: Installation) -> Iterator[list[Part]]:
    parts = parts_of(place)
    try:
        for part in parts:
            part.start()
        yield parts
    finally:
        # The end takes a few seconds at most, and is not to be interrupted in turn.
        for asked in ENDINGS:
            signal.signal(asked, signal.SIG_IGN)
        print("\nStopping …", flush=True)
        tree.stop(parts)


def wait_for_answer(place: Installation, parts: Sequence[Part]) -> None:
    """Returns when the web server answers; parts that die meanwhile are brought back as later on."""
    deadline = time.monotonic() + FIRST_ANSWER_SECONDS
    while not answers(place):
        if time.monotonic() > deadline:
            raise SetupError(f"The web server does not answer at {place.address}; the lines above say why.")
        for part in parts:
            part.revive()
        time.sleep(0.1)


def answers(place: Installation) -> bool:
    connection = http.client.HTTPConnection(place.address.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/health/live")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def doors(address: str, mode: str) -> str:
    """The addresses of all doors, one a line."""
    shown = DOORS | (DEMONSTRATION_DOORS if mode == DEMONSTRATION else {})
    width = max(map(len, shown)) + len(address) + 3
    return "\n".join(f"  {f'{address}/{path}':<{width}}{what}" for path, what in shown.items())
