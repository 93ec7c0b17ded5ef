"""`manage revoke_api_key <id>`: takes a key out of force at once."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from mila.kernel.occasion import Occasion, Who
from mila.partners import actions as partners
from mila.sites.now import now


class Command(BaseCommand):
    """Revokes a key."""

    help = "Revoke an API key by its id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("id", type=UUID)

    def handle(self, *_args: object, **options: object) -> None:
        """Run."""
        if not partners.revoke_key(key_id=UUID(str(options["id"])), now=Occasion(by=Who.DESK, at=now())):
            raise CommandError("There is no such key in force.")
        self.stdout.write("Revoked.")
