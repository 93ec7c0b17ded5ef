"""What a process that decides reads as soon as it starts, so that nobody has to wait for it."""

import logging
from threading import Thread

from django.db import DatabaseError, connection

from mila.dispatch.decided.held import read_ahead
from mila.sites.now import now

log = logging.getLogger(__name__)


def begin() -> Thread:
    """Begin to read the helpers' rows beside all else; where that fails, the first decision reads them."""
    reader = Thread(target=_read, name="reads ahead", daemon=True)
    reader.start()
    return reader


def _read() -> None:
    try:
        read_ahead(now())
    except DatabaseError:
        log.warning("helpers' rows could not be read ahead", exc_info=True)
    finally:
        connection.close()
