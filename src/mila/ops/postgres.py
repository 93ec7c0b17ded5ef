"""A PostgreSQL of our own: starts, watches and stops the server whose programs come in a Python wheel.

Only the wheel's programs are used. PostgreSQL refuses to run as root, so root runs it as `nobody`, from a place that
`nobody` can reach. Data stays in its folder from one start to the next; stopping is a fast shutdown, and a server left
over from a killed start is stopped before the new one begins.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from mila.ops import lifeline, state
from mila.ops.programs import ServerError, as_server, open_to_all, reachable_programs, server_user, short_name

OWNER = DATABASE = "mila"
PATIENCE_SECONDS = 60
DURABLE: Sequence[str] = ()
THROWAWAY: Sequence[str] = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
# A path to a socket is cut off after about 100 bytes, by the kernel.
LONGEST_SOCKET_FOLDER = 85
ROOTS_PLACE = Path("/var/lib/mila")


@dataclass
class Postgres:
    """One server: `place` holds its data, password, socket and log; `options` are passed to it."""

    place: Path
    options: Sequence[str] = DURABLE
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log(self) -> Path:
        return self.place / "log"

    @property
    def socket(self) -> Path:
        near = self.place / "socket"
        if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER:
            return near
        return Path("/tmp") / f"mila-{short_name(self.place)}"  # noqa: S108 - checked in make_folders

    @property
    def url(self) -> str:
        """The address for libpq, password included."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        return f"postgresql://{OWNER}:{self.password()}@/{database}?host={quote(str(self.socket), safe='')}"

    def password(self) -> str:
        return state.secret(self.place / "password")

    def start(self) -> None:
        """Returns when the server answers; makes the database on the first start. Raises `ServerError`."""
        programs = reachable_programs(self.place)
        self.make_folders()
        if not self.is_made():
            self.make_cluster(programs)
        stop_leftover(self.data)
        self.process = self.launch(programs)
        self.wait_until_ready()
        self.make_database()

    def is_made(self) -> bool:
        """Whether there was a start before."""
        return (self.data / "PG_VERSION").exists()

    def stop(self) -> None:
        """Ends all sessions and stops the server; harmless when it does not run."""
        if self.process is None:
            return
        end(self.process, signal.SIGINT)
        self.process = None

    def make_folders(self) -> None:
        self.place.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.password()
        for folder in (self.socket, self.data):
            folder.mkdir(mode=0o700, exist_ok=True)
        for path in (self.socket, self.data, self.place / "password"):
            if path.stat().st_uid not in (os.geteuid(), server_user()):
                raise ServerError(f"{path} belongs to somebody else.")
            os.chown(path, server_user(), -1)

    def make_cluster(self, programs: Path) -> None:
        # What an interrupted first start has left is in the way.
        shutil.rmtree(self.data)
        self.make_folders()
        command = [str(programs / "initdb"), "--pgdata", str(self.data), "--username", OWNER, "--auth=scram-sha-256"]
        command += [f"--pwfile={self.place / 'password'}", "--encoding=UTF8", "--data-checksums", "--no-instructions"]
        # The wheel is built without ICU; names are put in a reader's order by Python.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **as_server())
        if done.returncode:
            raise ServerError(f"The database could not be made:\n{done.stderr}")

    def launch(self, programs: Path) -> subprocess.Popen[bytes]:
        command = [str(programs / "postgres"), "-D", str(self.data), "-k", str(self.socket), "-c", "listen_addresses="]
        # Signals meant for us, Ctrl-C above all, must not reach it: it is the last to stop.
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*command, *self.options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                process_group=0,
                preexec_fn=lifeline.end_with_parent(signal.SIGINT),  # noqa: PLW1509 - no threads yet
                **as_server(),
            )

    def wait_until_ready(self) -> None:
        """The server writes its readiness into its pid file, as its own tools read it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise ServerError(f"The database server did not start:\n{self.last_words()}")
            lines = pid_lines(self.data)
            if len(lines) > 7 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.01)
        raise ServerError(f"The database server is not ready after {PATIENCE_SECONDS} s:\n{self.last_words()}")

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])

    def make_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def of_state(folder: Path) -> Postgres:
    """The server of a state folder."""
    return Postgres(place_for(folder))


def place_for(folder: Path) -> Path:
    """Where the server's files of a state folder are.

    Below it, except for root with a state folder that others cannot pass through (/root): PostgreSQL, running as
    nobody, would not get there, and nobody else's folder is opened for it.
    """
    if os.geteuid() == 0 and not open_to_all(folder):
        return ROOTS_PLACE / short_name(folder)
    return folder / "postgres"


def pid_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def stop_leftover(data: Path) -> None:
    """Stops a server that a killed start has left on this data, and clears a pid file that names nobody."""
    lines = pid_lines(data)
    if not lines:
        return
    pid = int(lines[0])
    deadline = time.monotonic() + PATIENCE_SECONDS
    if serves(pid, data):
        os.kill(pid, signal.SIGINT)
    while serves(pid, data):
        if time.monotonic() > deadline:
            raise ServerError(f"Another database server (process {pid}) works on {data} and does not stop.")
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)


def serves(pid: int, data: Path) -> bool:
    """Whether the process is a database server on this data, and not one that got the number later."""
    if Path("/proc/self").exists():
        try:
            return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    shown = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return str(data) in shown.stdout


def end(process: subprocess.Popen[bytes], first: signal.Signals) -> None:
    """Asks a server to stop; insists after ten seconds."""
    for ask in (first, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(ask)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
        return
