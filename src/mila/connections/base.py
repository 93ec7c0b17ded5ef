"""The framework's way to PostgreSQL, with a pool of our own (`ENGINE` of the settings)."""

from typing import ClassVar

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base

from mila.connections import Pool


class DatabaseWrapper(base.DatabaseWrapper):
    """A thread's database, as the framework has it; threads share the pool."""

    _connection_pools: ClassVar[dict[str, Pool]] = {}

    @property
    def pool(self) -> Pool | None:
        """Return the pool of this process, not opened yet where it is new; None where there shall be none."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            made = Pool(
                kwargs={**self.get_connection_params(), "autocommit": True},
                open=False,
                configure=self._configure_connection,  # type: ignore[attr-defined]
                check=Pool.check_connection if self.settings_dict["CONN_HEALTH_CHECKS"] else None,
                **options,
            )
            # Two threads may make one at the same time; the first stands, and the other is never opened.
            self._connection_pools.setdefault(self.alias, made)
        return self._connection_pools[self.alias]
