"""A backup as one file: what is in it, and how it is known to be whole.

The file is a tar of `manifest.json` and `database.dump` (PostgreSQL's custom format). The manifest has the dump's
SHA-256, the number of rows of every table, and the hash of the ledger: SHA-256 over all entries in order.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from mila.ops import programs
from mila.ops.installation import Installation

FORMAT = 1
MANIFEST, DUMP = "manifest.json", "database.dump"
TABLES: LiteralString = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
LEDGER: LiteralString = """
    SELECT posting.id, posting.event, posting.source, posting.call_id, posting.provider_id,
           extract(epoch FROM posting.posted_at), entry.id, entry.account, entry.amount, entry.currency
    FROM payments_entry entry JOIN payments_posting posting ON posting.id = entry.posting_id
    ORDER BY posting.id, entry.id"""
AT_ONCE = 10_000


class ArchiveError(Exception):
    """A backup cannot be made or is not whole; the sentence is for the operator."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; `made_at` by the database's clock, `rows` by table, `dump` the dump's SHA-256."""

    format: int
    made_at: str
    ledger: str
    rows: dict[str, int]
    dump: str

    @property
    def summary(self) -> str:
        """The backup in a line."""
        return f"{sum(self.rows.values())} rows in {len(self.rows)} tables, ledger {self.ledger[:16]}…"


def ledger_hash(connection: psycopg.Connection) -> str:
    """Return the SHA-256 over all entries of the ledger, in order."""
    found = hashlib.sha256()
    with connection.transaction(), connection.cursor("ledger") as cursor:
        cursor.itersize = AT_ONCE
        for row in cursor.execute(LEDGER):
            found.update("|".join(map(str, row)).encode() + b"\n")
    return found.hexdigest()


def row_counts(connection: psycopg.Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    names = [str(name) for (name,) in connection.execute(TABLES).fetchall()]
    count = sql.SQL("SELECT count(*) FROM {}")
    return {name: _one(connection.execute(count.format(sql.Identifier(name)))) for name in names}


def _one(cursor: psycopg.Cursor) -> int:
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def sha256(lines: IO[bytes]) -> str:
    """Return the SHA-256 of what is left to read."""
    found = hashlib.sha256()
    while piece := lines.read(1 << 20):
        found.update(piece)
    return found.hexdigest()


def write(path: Path, manifest: Manifest, dump: Path) -> None:
    """Write the file, readable by its owner alone; it has its name only when it is whole."""
    half = path.with_name(f"{path.name}.half")
    half.touch(mode=0o600)
    words = json.dumps(asdict(manifest), indent=1).encode()
    with tarfile.open(half, "w") as tar:
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(words)
        tar.addfile(entry, io.BytesIO(words))
        tar.add(dump, DUMP)
    half.rename(path)


def unpack(path: Path, folder: Path) -> tuple[Manifest, Path]:
    """Return the manifest of a backup and its dump, unpacked. Raises `ArchiveError` where a byte is not as it was."""
    try:
        with tarfile.open(path) as tar:
            manifest = Manifest(**json.loads(_member(tar, MANIFEST).read()))
            with (folder / DUMP).open("wb") as file:
                shutil.copyfileobj(_member(tar, DUMP), file)
    except (OSError, tarfile.TarError, KeyError, TypeError, ValueError) as fault:
        raise ArchiveError(f"{path} is not a backup of Mila, or not a whole one ({type(fault).__name__}).") from fault
    if manifest.format != FORMAT:
        raise ArchiveError(f"{path} has format {manifest.format}; this Mila reads format {FORMAT}.")
    with (folder / DUMP).open("rb") as file:
        if sha256(file) != manifest.dump:
            raise ArchiveError(f"{path} was changed or damaged after it was made: the dump’s hash does not fit.")
    return manifest, folder / DUMP


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


def tool(name: str, place: Installation) -> str:
    """Return the path of PostgreSQL's `name`: the wheel's for the server that comes along, else the machine's.

    The machine's own speaks TLS, which the wheel's does not; the wheel's is there where the machine has none.
    """
    return next(_tools(name, place))


def _tools(name: str, place: Installation) -> Iterator[str]:
    found = shutil.which(name)
    if found and place.server is None:
        yield found
    try:
        yield str(programs.wheel() / "pginstall" / "bin" / name)
    except programs.ServerError:
        if found:
            yield found
        raise ArchiveError(f"There is no {name} on this machine: apt install postgresql-client") from None


def run(command: Sequence[str], url: str) -> None:
    """Run one of PostgreSQL's tools on a database. Raises `ArchiveError` with what it says.

    The password goes by the environment: everybody on a machine can read the arguments of a program.
    """
    parts = conninfo_to_dict(url)
    secret = {"PGPASSWORD": str(parts.pop("password", ""))}
    address = "--dbname=" + make_conninfo(**{name: str(value) for name, value in parts.items()})
    environment = os.environ | {name: value for name, value in secret.items() if value}
    done = subprocess.run([*command, address], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ArchiveError(f"{Path(command[0]).name} has failed:\n{done.stderr.strip()}")
