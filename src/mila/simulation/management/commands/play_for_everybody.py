"""`manage play_for_everybody`: simulated helpers see to every call, not only to those of stories."""

from django.core.management.base import BaseCommand

from mila.sites.demo.models import Scope
from mila.sites.demo.play import play_for


class Command(BaseCommand):
    """Says for whom helpers are played; the demonstration's page can say otherwise."""

    help = "Have simulated helpers see to every call."
    requires_system_checks = ()  # no page is read in here

    def handle(self, *_args: object, **_options: object) -> None:
        """Say so."""
        play_for(Scope.EVERYBODY)
