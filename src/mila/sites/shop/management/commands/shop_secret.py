"""`manage shop_secret <brand>`: the secret with which a brand's shop signs its messages, shown once."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mila.kernel.occasion import Occasion, Who
from mila.partners import shops
from mila.partners.queries import brand_of_slug
from mila.sites.now import now


class Command(BaseCommand):
    """Makes a secret for a brand's shop and prints it; the one before fits until the next is made."""

    help = "Make the secret with which a brand's shop signs its messages; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("brand", help="the brand's short name, as in /b/<brand>/")
        parser.add_argument(
            "--adapter", choices=shops.ADAPTERS, default=shops.PLAIN, help="how the shop is spoken with"
        )

    def handle(self, *, brand: str, adapter: str, **_options: object) -> None:
        """Run."""
        of_brand = brand_of_slug(brand)
        if of_brand is None:
            raise CommandError("There is no such brand.")
        if adapter == shops.STAND_IN and settings.MODE == "production":
            raise CommandError("The stand-in is for demonstrations.")
        self.stdout.write(shops.open_shop(brand=of_brand, adapter=adapter, now=Occasion(by=Who.DESK, at=now())))
        address = f"{settings.PUBLIC_URL}/hooks/shop/{of_brand.slug}/"
        self.stderr.write(f"The shop of {of_brand.name} signs messages to {address} with it. It is not shown again.")
