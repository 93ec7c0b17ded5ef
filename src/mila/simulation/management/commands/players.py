"""`manage players`: simulated helpers and customers."""

from datetime import timedelta

from django.core.management.base import BaseCommand

from mila.simulation.day import book_next
from mila.simulation.enrolment import keep_some_available
from mila.simulation.players import play
from mila.sites.clock.worker import Every, run_until_stopped


class Command(BaseCommand):
    """Has simulated people act until it is stopped; any number of them may run at once."""

    help = "Have simulated helpers and customers act, until stopped."

    def handle(self, *_args: object, **_options: object) -> None:
        """Run."""
        keep = Every(timedelta(hours=11), lambda at: keep_some_available(at=at))
        run_until_stopped("players", lambda at: keep(at) + play(at) + book_next(at), every_seconds=1)
