"""What has to be so for the whole service to work."""

from datetime import datetime, timedelta

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from mila.kernel.kept import kept
from mila.sites.models import Heartbeat

PARTS = ("clock", "jobs")
SILENT_FOR = timedelta(seconds=60)


def signs(at: datetime) -> dict[str, str]:
    """Return the signs by name, "ok" or what is wrong: database, migrations, and each worker."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        waiting = pending_migrations()
        seen = dict(Heartbeat.objects.filter(part__in=PARTS).values_list("part", "at")) if not waiting else {}
    except Error:
        return {"database": "away"}
    tables = "ok" if not waiting else f"{len(waiting)} to be applied"
    return {"database": "ok", "migrations": tables, **{part: _life(seen.get(part), at) for part in PARTS}}


@kept
def pending_migrations() -> tuple[str, ...]:
    """Return the names of the migrations that the database has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _backwards in plan)


def _life(seen: datetime | None, at: datetime) -> str:
    if seen is None:
        return "never seen"
    silent = at - seen
    return "ok" if silent <= SILENT_FOR else f"silent for {int(silent.total_seconds())} s"
