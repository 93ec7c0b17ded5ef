"""A database too old for this version is told so before anything in it is changed (decision 0040)."""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

TOO_OLD = (
    "This database lacks {first} and {more} more of the migrations that the tables of this version replace. Start the "
    "last version before decision 0040 on it once, then this one (docs/operations.md, Upgrade)."
)


def lacking(database: str = "default") -> list[str]:
    """Return the replaced migrations that the database lacks while it has others that were replaced with them."""
    applied = MigrationRecorder(connections[database]).applied_migrations()
    replaced = [migration.replaces for migration in MigrationLoader(None).replacements.values()]
    halfway = [names for names in replaced if any(name in applied for name in names)]
    return [f"{room}.{name}" for names in halfway for room, name in names if (room, name) not in applied]


def too_old(missing: Sequence[str]) -> str:
    """Return the sentence for the operator of a database that lacks those migrations."""
    return TOO_OLD.format(first=missing[0], more=len(missing) - 1)


def may_be_upgraded(*, databases: Sequence[str] | None, **_others: object) -> list[CheckMessage]:
    """Refuse to migrate a database that stands in the middle of what was replaced."""
    found = [lacking(database) for database in databases or ()]
    return [Error(too_old(missing), id="mila.E001") for missing in found if missing]
