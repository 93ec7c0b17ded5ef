"""`manage make_api_key <brand>`: a key for a brand's programs, shown once."""

from argparse import ArgumentParser
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError

from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.partners import actions as partners
from mila.partners.models import KeyKind, Scope
from mila.partners.queries import brand_of_slug
from mila.sites.now import now


class Command(BaseCommand):
    """Makes a key and prints its secret, which is not kept."""

    help = "Make an API key for a brand; its secret is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("brand", help="the brand's short name, as in /b/<brand>/")
        parser.add_argument("--name", default="command line", help="by whom or for what it is used")
        parser.add_argument("--kind", choices=KeyKind.values, default=KeyKind.TEST.value)
        parser.add_argument("--scopes", nargs="+", choices=Scope.values, default=Scope.values)
        parser.add_argument("--days", type=int, default=365, help="how long it is in force, 366 at most")

    def handle(self, *_args: object, **options: object) -> None:
        """Run."""
        brand = brand_of_slug(str(options["brand"]))
        if brand is None:
            raise CommandError("There is no such brand.")
        try:
            key, secret = partners.make_key(
                brand=brand,
                name=str(options["name"])[:80],
                kind=KeyKind(str(options["kind"])),
                scopes=[Scope(scope) for scope in list(options["scopes"])],  # type: ignore[call-overload]
                life=timedelta(days=int(str(options["days"]))),
                now=Occasion(by=Who.DESK, at=now()),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{secret}\n")
        self.stderr.write(f"Key {key.id} of {brand.name}, until {key.expires_at:%Y-%m-%d}. It is not shown again.")
