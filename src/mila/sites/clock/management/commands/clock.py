"""`manage clock`: every deadline of the house, and what is forgotten in time."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.core.management.base import BaseCommand

from mila.crowd import actions as crowd
from mila.journey.sweeps import sweep
from mila.kernel.kept import SECONDS, keep_for
from mila.kernel.lasting import settle
from mila.sites import ahead
from mila.sites.clock.worker import Every, run_until_stopped
from mila.visit import actions as visit

log = logging.getLogger("mila.clock")
LOOKS_EVERY_SECONDS = 0.25  # so late a deadline is seen that nobody announces; a look takes a millisecond


class Command(BaseCommand):
    """Runs deadlines until it is stopped; any number of them may run at once."""

    help = "Run every overdue deadline of calls, searches and offers, until stopped."

    def handle(self, *args: object, **options: object) -> None:
        """Run."""
        keep_for(SECONDS)
        settle()
        ahead.begin()
        forget = Every(timedelta(minutes=1), _forget)
        run_until_stopped("clock", lambda at: _tick(at) + forget(at), every_seconds=LOOKS_EVERY_SECONDS)


def _tick(at: datetime) -> int:
    return sweep(at=at, on_fault=_report)


def _forget(at: datetime) -> int:
    return crowd.forget_positions(at=at) + visit.forget_positions(at=at)


def _report(call_id: UUID, fault: Exception) -> None:
    log.error("step failed call=%s fault=%s", call_id, type(fault).__name__, exc_info=fault)
