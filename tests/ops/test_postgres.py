import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from mila.ops.postgres import THROWAWAY, Postgres, pid_lines
from mila.ops.programs import ServerError


@pytest.fixture
def server() -> Iterator[Postgres]:
    # Not pytest's own folder: that one is closed to the user the server runs as.
    with TemporaryDirectory(prefix="mila-test-") as folder:
        Path(folder).chmod(0o711)
        server = Postgres(Path(folder) / "postgres", THROWAWAY)
        yield server
        server.stop()


def ask(server: Postgres, question: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row and row[0]


def test_a_first_start_makes_a_database_that_answers(server: Postgres) -> None:
    server.start()
    assert ask(server, "SELECT current_database()") == "mila"


def test_nobody_gets_in_without_the_password(server: Postgres) -> None:
    server.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace(server.password(), "guessed"))


def test_a_restart_keeps_the_data(server: Postgres) -> None:
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    server.start()
    assert ask(server, "SELECT answer FROM kept") == 42


def test_a_server_left_over_from_a_killed_start_makes_way(server: Postgres) -> None:
    server.start()
    left_over = server.process
    again = Postgres(server.place, THROWAWAY)
    again.start()
    assert left_over is not None
    assert left_over.wait(5) == 0
    assert ask(again, "SELECT 1") == 1
    again.stop()


def test_a_pid_file_that_names_another_process_is_no_hindrance(server: Postgres) -> None:
    server.start()
    server.stop()
    stale = server.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{server.data}\n")
    server.start()
    assert ask(server, "SELECT 1") == 1


def test_a_server_that_cannot_start_says_why(server: Postgres) -> None:
    server.options = ("-c", "shared_buffers=nonsense")
    with pytest.raises(ServerError, match="shared_buffers"):
        server.start()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's end")
def test_the_server_ends_with_a_parent_that_is_killed(server: Postgres) -> None:
    script = (
        "import sys, time; from pathlib import Path; from mila.ops.postgres import Postgres;"
        f"Postgres(Path({str(server.place)!r})).start(); print('up', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"up\n"
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 30
    while pid_lines(server.data) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert pid_lines(server.data) == []
    parent.stdout.close()
