"""`manage clock`: every deadline of the house."""

import logging
from datetime import datetime
from uuid import UUID

from django.core.management.base import BaseCommand

from mila.journey.sweeps import sweep
from mila.sites.clock.worker import run_until_stopped

log = logging.getLogger("mila.clock")


class Command(BaseCommand):
    """Runs deadlines until it is stopped; any number of them may run at once."""

    help = "Run every overdue deadline of calls, searches and offers, until stopped."

    def handle(self, *args: object, **options: object) -> None:
        """Run."""
        run_until_stopped(_tick, every_seconds=0.2)


def _tick(at: datetime) -> int:
    return sweep(at=at, on_fault=_report)


def _report(call_id: UUID, fault: Exception) -> None:
    log.error("step failed call=%s fault=%s", call_id, type(fault).__name__, exc_info=fault)
