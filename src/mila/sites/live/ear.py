"""The ear of the house: one connection to the database, outside the pool, that hears what has changed."""

import asyncio
import logging

import psycopg

from mila.sites.live.hub import Hub
from mila.sites.now import unpushed
from mila.sites.streams import CHANNEL, whereabouts

PAUSE_SECONDS = 2.0

log = logging.getLogger("mila.live")


async def listen(hub: Hub) -> None:
    """Tell the hub what the database says has changed, for ever; while the database is away there are no streams."""
    while True:
        try:
            await _hear(hub)
        except psycopg.Error as fault:
            log.warning("nothing is heard from the database: %s", type(fault).__name__)
        hub.fall_silent()
        await asyncio.sleep(PAUSE_SECONDS)


async def _hear(hub: Hub) -> None:
    async with await psycopg.AsyncConnection.connect(whereabouts(), autocommit=True) as connection:
        await connection.execute(f"listen {CHANNEL}")
        hub.hears_since = unpushed().timestamp()
        async for notice in connection.notifies():
            hub.tell(notice.payload, at=unpushed().timestamp())
