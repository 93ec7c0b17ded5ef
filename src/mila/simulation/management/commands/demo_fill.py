"""`manage demo_fill`: the demonstration country."""

from django.core.management.base import BaseCommand

from mila.simulation.demo import fill
from mila.sites.now import now


class Command(BaseCommand):
    """Fills what is missing and renews who is available now."""

    help = "Fill a demonstration country; safe to run at every start."
    requires_system_checks = ()  # no page is read in here

    def handle(self, *_args: object, **_options: object) -> None:
        """Run."""
        fill(now())
