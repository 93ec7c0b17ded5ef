"""Hears from the database that something has changed, so that work does not wait for the next look."""

import psycopg

from mila.sites.streams import CHANNEL, whereabouts


class Ear:
    """Listens over a connection of its own, outside the pool; opened at the first wait, and again after a loss."""

    def __init__(self) -> None:
        self._line: psycopg.Connection | None = None

    def waited(self, seconds: float) -> bool:
        """Wait for a change, for so long at most; False at once where nothing can be heard."""
        try:
            line = self._line or self._open()
            for _notice in line.notifies(timeout=seconds, stop_after=1):
                continue
        except psycopg.Error:
            self.close()
            return False
        return True

    def close(self) -> None:
        """Hear no more; the next wait opens the line anew."""
        if self._line is not None:
            self._line.close()
        self._line = None

    def _open(self) -> psycopg.Connection:
        self._line = psycopg.connect(whereabouts(), autocommit=True)
        self._line.execute(f"listen {CHANNEL}")
        return self._line
