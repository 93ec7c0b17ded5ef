"""`./run backup [file]`: the whole database in one file, while Mila runs or while it does not."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from mila.ops import archive, installation, programs
from mila.ops.archive import ArchiveError, Manifest
from mila.ops.installation import Installation


def main(arguments: Sequence[str]) -> int:
    """Write the backup and say what is in it; returns 1 when there is none."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print("usage: ./run backup [file]", file=sys.stderr)
        return 2
    try:
        place = installation.read()
        path = Path(arguments[0]) if arguments else default_path(place)
        with installation.database_at_hand(place, "./run backup"):
            manifest = make(place, path)
    except (installation.SetupError, programs.ServerError, ArchiveError, OSError, psycopg.Error) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path}: {manifest.summary}")
    return 0


def default_path(place: Installation) -> Path:
    """A name that tells the time, in the state folder's `backups`."""
    folder = place.folder / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"mila-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"


def make(place: Installation, path: Path) -> Manifest:
    """Write the backup to `path`: dump, counts and ledger hash are of one and the same instant."""
    if path.exists():
        raise ArchiveError(f"{path} is there already.")
    with TemporaryDirectory(prefix="mila-backup-", dir=path.parent) as folder:
        dump = Path(folder) / archive.DUMP
        with psycopg.connect(place.database_url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            instant = connection.execute("SELECT pg_export_snapshot(), now()").fetchone()
            if instant is None:
                raise ArchiveError("The database gives no snapshot.")
            snapshot, made_at = instant
            command = [archive.tool("pg_dump", place), "--format=custom", f"--snapshot={snapshot}", f"--file={dump}"]
            archive.run(command, place.database_url)
            ledger, rows = archive.ledger_hash(connection), archive.row_counts(connection)
        with dump.open("rb") as file:
            whole = archive.sha256(file)
        manifest = Manifest(archive.FORMAT, made_at.astimezone(UTC).isoformat(), ledger, rows, whole)
        archive.write(path, manifest, dump)
    return manifest
