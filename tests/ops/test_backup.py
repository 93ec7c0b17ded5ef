import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from mila.ops import archive, backup, restore, steps
from mila.ops.archive import ArchiveError, Manifest
from mila.ops.installation import DEMONSTRATION, Installation, manage, python
from mila.ops.postgres import THROWAWAY, Postgres

A_PAID_CALL = """
import django; django.setup()
from datetime import timedelta
from tests.factories import a_helper
from tests.story import a_signed_off_call, bank_runs
call = a_signed_off_call(a_helper())
bank_runs(call.since + timedelta(hours=1))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    # Not pytest's own folder: that one is closed to the user the server runs as.
    with TemporaryDirectory(prefix="mila-test-") as folder:
        Path(folder).chmod(0o711)
        server = Postgres(Path(folder) / "postgres", THROWAWAY)
        server.start()
        environment = steps.environment_of_tests(server.url)
        subprocess.run(manage("migrate", "--verbosity", "0"), env=environment, check=True)
        subprocess.run([*python()[:1], "-c", A_PAID_CALL], env=environment, check=True)
        yield server
        server.stop()


class Elsewhere(Postgres):
    """The same server, another database."""

    @property
    def url(self) -> str:
        return self.url_of("elsewhere")


@pytest.fixture
def place(server: Postgres, tmp_path: Path) -> Installation:
    return Installation(folder=tmp_path, mode=DEMONSTRATION, host="127.0.0.1", port=8000, server=server)


@pytest.fixture
def elsewhere(server: Postgres, tmp_path: Path) -> Iterator[Installation]:
    def ask(words: str) -> None:
        with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
            connection.execute(words.encode())

    ask("CREATE DATABASE elsewhere")
    other = Elsewhere(server.place, THROWAWAY)
    yield Installation(folder=tmp_path, mode=DEMONSTRATION, host="127.0.0.1", port=8000, server=other)
    ask("DROP DATABASE elsewhere")


@pytest.fixture
def kept(place: Installation, tmp_path: Path) -> tuple[Path, Manifest]:
    path = tmp_path / "kept.tar"
    return path, backup.make(place, path)


def ledger_of(place: Installation) -> str:
    with psycopg.connect(place.database_url) as connection:
        return archive.ledger_hash(connection)


def test_what_is_restored_elsewhere_has_the_same_ledger(
    place: Installation, elsewhere: Installation, kept: tuple[Path, Manifest]
) -> None:
    path, manifest = kept
    assert manifest.rows["payments_entry"] > 3
    assert path.stat().st_mode & 0o077 == 0
    assert restore.bring_back(elsewhere, path) == manifest
    assert ledger_of(elsewhere) == ledger_of(place) == manifest.ledger


def test_a_database_with_something_in_it_is_not_overwritten(
    elsewhere: Installation, kept: tuple[Path, Manifest]
) -> None:
    path, manifest = kept
    restore.bring_back(elsewhere, path)
    with pytest.raises(ArchiveError, match="not empty"):
        restore.bring_back(elsewhere, path)
    restore.empty(elsewhere)
    assert restore.bring_back(elsewhere, path) == manifest


def test_a_changed_byte_of_the_backup_is_noticed(elsewhere: Installation, kept: tuple[Path, Manifest]) -> None:
    path, _manifest = kept
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ArchiveError, match="changed or damaged"):
        restore.bring_back(elsewhere, path)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\0" * 20_000])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="not a backup"):
        archive.unpack(path, tmp_path)


def test_a_ledger_that_came_back_otherwise_is_noticed(elsewhere: Installation, kept: tuple[Path, Manifest]) -> None:
    path, manifest = kept
    restore.bring_back(elsewhere, path)
    with psycopg.connect(elsewhere.database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE payments_entry SET amount = amount + 1")
    with pytest.raises(ArchiveError, match="ledger is not the same"):
        restore.compare(manifest, ledger_of(elsewhere), manifest.rows)
    with pytest.raises(ArchiveError, match="Not all rows came back: booking_servicecall"):
        restore.compare(manifest, manifest.ledger, manifest.rows | {"booking_servicecall": 0})


def test_no_backup_is_left_half(place: Installation, tmp_path: Path) -> None:
    path = tmp_path / "there.tar"
    path.write_text("mine")
    with suppress(ArchiveError):
        backup.make(place, path)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]
