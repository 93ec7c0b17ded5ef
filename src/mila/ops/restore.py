"""`./run restore <file>`: a backup into a database, and the proof that it is the same."""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from mila.ops import archive, installation, programs, state
from mila.ops.archive import ArchiveError, Manifest
from mila.ops.installation import Installation

REPLACE = "--replace"
USAGE = f"""usage: ./run restore <file> [{REPLACE}]

The database has to be empty. {REPLACE} empties it first: everything in it is lost."""


def main(arguments: Sequence[str]) -> int:
    """Restore while Mila is stopped and say what came back; returns 1 when it is not all of it."""
    files = [argument for argument in arguments if argument != REPLACE]
    if len(files) != 1 or files[0].startswith("-"):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        place = installation.read()
        with state.held(place.folder, verb="./run restore", address=""), place.database_up():
            if REPLACE in arguments:
                empty(place)
            manifest = bring_back(place, Path(files[0]))
    except state.HeldError as error:
        print(f"{error}; stop it first.", file=sys.stderr)
        return 1
    except (installation.SetupError, programs.ServerError, ArchiveError, OSError, psycopg.Error) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Restored, the same to the last row: {manifest.summary}")
    return 0


def empty(place: Installation) -> None:
    """Throw away everything in the database."""
    with psycopg.connect(place.database_url) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def bring_back(place: Installation, path: Path) -> Manifest:
    """Restore into an empty database, all or nothing, and compare. Raises `ArchiveError`."""
    with TemporaryDirectory(prefix="mila-restore-") as folder:
        manifest, dump = archive.unpack(path, Path(folder))
        with psycopg.connect(place.database_url) as connection:
            if connection.execute(archive.TABLES).fetchone():
                raise ArchiveError(f"The database is not empty. {USAGE}")
        command = [archive.tool("pg_restore", place), "--no-owner", "--no-privileges", "--no-comments"]
        command += ["--single-transaction", "--exit-on-error", str(dump)]
        archive.run(command, place.database_url)
    with psycopg.connect(place.database_url) as connection:
        compare(manifest, archive.ledger_hash(connection), archive.row_counts(connection))
    return manifest


def compare(manifest: Manifest, ledger: str, rows: dict[str, int]) -> None:
    """Raise `ArchiveError` where what came back is not what was kept."""
    differing = sorted(name for name in manifest.rows | rows if manifest.rows.get(name) != rows.get(name))
    if differing:
        raise ArchiveError(f"Not all rows came back: {', '.join(differing)}")
    if ledger != manifest.ledger:
        raise ArchiveError(f"The ledger is not the same: {ledger}, and {manifest.ledger} when it was kept.")
