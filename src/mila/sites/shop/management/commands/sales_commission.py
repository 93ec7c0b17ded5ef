"""`manage sales_commission <brand> <country> <percent> <helper percent>`: what sales of recommended products carry."""

from argparse import ArgumentParser
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.management.base import BaseCommand, CommandError

from mila.countries import queries as countries
from mila.countries.models import Country
from mila.kernel.refusal import Refusal
from mila.partners import shops
from mila.partners.models import Brand, Product
from mila.sites.now import now


class Command(BaseCommand):
    """Writes the commission on sales from a day on; the one before ends there."""

    help = "Set what a brand pays for the sale of a recommended product, and the helper's share of it, from a day on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("brand")
        parser.add_argument("country")
        parser.add_argument("percent", type=_points, help="of the price with tax, as 10 or 7.5; tax comes on top")
        parser.add_argument("helper", type=_points, help="the helper's share of that in percent, as 60")
        parser.add_argument("--product", default="", help="code of one product, instead of all of the brand's")
        parser.add_argument("--since", type=date.fromisoformat, help="the first day, as 2027-01-01; today if not said")

    def handle(  # noqa: PLR0913 - the arguments of the command
        self, *, brand: str, country: str, percent: int, helper: int, product: str, since: date | None, **_rest: object
    ) -> None:
        """Run."""
        of_brand = Brand.objects.filter(slug=brand).first()
        land = Country.objects.filter(code=country).first()
        if of_brand is None or land is None:
            raise CommandError("There is no such brand, or no such country.")
        of_product = Product.objects.filter(brand=of_brand, country=land, code=product).first()
        if product and of_product is None:
            raise CommandError("The brand has no such product there.")
        today = countries.day_in(land, now())
        first = since or today
        if first < today:
            raise CommandError("What was told to helpers stays: the first day is today or later.")
        try:
            shops.set_sales_commission(
                brand=of_brand, country=land, product=of_product, points=(percent, helper), holds_from=first
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        named = of_product.code if of_product else "every product"
        rate = f"{Decimal(percent) / 100:g} % from {first}, {Decimal(helper) / 100:g} % of it"
        self.stdout.write(f"{of_brand.name}, {named}: {rate}")


def _points(said: str) -> int:
    """Return a percentage as basis points."""
    try:
        points = Decimal(said) * 100
    except InvalidOperation as fault:
        raise ValueError(said) from fault
    if not points.is_finite() or points != int(points) or not 0 <= points <= 10_000:
        raise ValueError(said)
    return int(points)
