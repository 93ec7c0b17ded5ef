"""Take over a country's official postcode file: `import_postcodes CH AMTOVZ_CSV_LV95.csv`."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from mila.countries.gazetteer import actions, formats
from mila.countries.gazetteer.rules import POSTCODES
from mila.kernel.refusal import Refusal


class Command(BaseCommand):
    """Replaces the localities of one country by those of a file; docs/data.md names the formats."""

    help = "Take over the postcodes of a country from an official file (AMTOVZ CSV, or GeoNames' postal TXT)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the country and the file."""
        parser.add_argument("country", choices=sorted(POSTCODES))
        parser.add_argument("file", type=Path)

    def handle(self, *, country: str, file: Path, **_options: object) -> None:
        """Read the whole file first: one bad line and nothing changes."""
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                spots = list(formats.read(lines, country=country))
            count = actions.take_over(spots, country=country, source=file.name[:40])
        except (OSError, UnicodeDecodeError, formats.UnreadableFileError, Refusal) as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"{count} localities of {country} from {file.name}")
