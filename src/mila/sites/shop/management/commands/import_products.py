"""Take over what a brand sells: `import_products swisscom CH products.csv`."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from mila.countries.models import Country
from mila.partners import shelves
from mila.partners.models import Brand


class Command(BaseCommand):
    """Makes a file a brand's products in a country; docs/operations.md names its columns."""

    help = "Take over the products that helpers may recommend for a brand in a country, from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the brand, the country and the file."""
        parser.add_argument("brand")
        parser.add_argument("country")
        parser.add_argument("file", type=Path)

    def handle(self, *, brand: str, country: str, file: Path, **_options: object) -> None:
        """Read the whole file first: one bad line and nothing changes."""
        of_brand = Brand.objects.filter(slug=brand).first()
        in_country = Country.objects.filter(code=country).first()
        if of_brand is None or in_country is None:
            raise CommandError("There is no such brand, or no such country.")
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                sold = shelves.read(lines, known=shelves.package_codes())
        except (OSError, UnicodeDecodeError, shelves.UnreadableShelfError) as reason:
            raise CommandError(str(reason)) from reason
        count = shelves.take_over(sold, brand=of_brand, country=in_country)
        self.stdout.write(f"{count} products of {of_brand.name} in {in_country.code} from {file.name}")
