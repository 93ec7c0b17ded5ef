"""A brand's products in a country, taken over from the file that its shop can write."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from mila.catalog.models import Package
from mila.countries.models import Country
from mila.kernel.texts import LANGUAGES
from mila.partners.models import Brand, Product
from mila.partners.models.products import MOST_PACKAGES

COLUMNS = ("code", *LANGUAGES, "price", "packages", "address")
MOST_PRODUCTS = 2000
LONGEST_NAME = 120
LONGEST_ADDRESS = 300
PRICE = re.compile(r"([0-9]{1,5})(?:\.([0-9]{1,2}))?")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
is_address = URLValidator(schemes=["https"])


class UnreadableShelfError(ValueError):
    """The file does not say what a brand sells; the message says which line."""


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of the file: a product with its price in minor units, and where the shop sells it."""

    code: str
    name: dict[str, str]
    amount: int
    packages: list[str]
    shop_url: str


def read(lines: Iterable[str], *, known: Collection[str]) -> list[Sold]:
    """Return the products of a file with columns by name; `known` are the codes of packages.

    Raises `UnreadableShelfError` for a line that does not fit, a product that stands twice, and too many of them.
    """
    rows = csv.DictReader(lines, delimiter=";")
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise UnreadableShelfError(f"line 1: no column {', '.join(missing)}")
    found: dict[str, Sold] = {}
    for number, row in _numbered(rows):
        try:
            sold = _sold({column: (row[column] or "").strip() for column in COLUMNS}, known)
        except (ValueError, ValidationError) as fault:
            raise UnreadableShelfError(f"line {number}: {_said(fault)}") from fault
        if sold.code in found:
            raise UnreadableShelfError(f"line {number}: {sold.code} stands twice")
        if len(found) >= MOST_PRODUCTS:
            raise UnreadableShelfError(f"line {number}: more than {MOST_PRODUCTS} products")
        found[sold.code] = sold
    return list(found.values())


def _numbered(rows: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows with the line of the file on which each ends: a quoted field may be longer than a line."""
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as fault:
        raise UnreadableShelfError(f"line {rows.line_num + 1}: {fault}") from fault


@transaction.atomic
def take_over(sold: Iterable[Sold], *, brand: Brand, country: Country) -> int:
    """Make this what the brand sells in the country, and return how much it is; again changes nothing.

    What is not among it any more is closed, since recommendations point to it.
    """
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    rows = [
        Product(
            brand=brand,
            country=country,
            code=one.code,
            name=one.name,
            amount=one.amount,
            currency=country.currency,
            packages=one.packages,
            shop_url=one.shop_url,
        )
        for one in sold
    ]
    Product.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["brand", "country", "code"],
        update_fields=["name", "amount", "currency", "packages", "shop_url", "is_open"],
    )
    here = Product.objects.filter(brand=brand, country=country)
    here.exclude(code__in=[row.code for row in rows]).update(is_open=False)
    return len(rows)


def _sold(row: dict[str, str], known: Collection[str]) -> Sold:
    if not CODE.fullmatch(row["code"]):
        raise ValueError("the code is small letters, digits and hyphens, at most 40")
    is_address(row["address"])
    if len(row["address"]) > LONGEST_ADDRESS:
        raise ValueError(f"the address has more than {LONGEST_ADDRESS} letters")
    return Sold(row["code"], _names(row), _minor(row["price"]), _packages(row["packages"], known), row["address"])


def _names(row: dict[str, str]) -> dict[str, str]:
    names = {language: row[language] for language in LANGUAGES}
    if not all(0 < len(name) <= LONGEST_NAME and name.isprintable() for name in names.values()):
        raise ValueError(f"a name in every language, at most {LONGEST_NAME} letters")
    return names


def _minor(price: str) -> int:
    fits = PRICE.fullmatch(price)
    if fits is None or price.strip("0.") == "":
        raise ValueError("the price is more than nothing and below 100000, as 49.90")
    return int(fits[1]) * 100 + int((fits[2] or "").ljust(2, "0"))


def _packages(given: str, known: Collection[str]) -> list[str]:
    codes = given.split()
    strange = [code for code in codes if code not in known]
    if strange or len(codes) > MOST_PACKAGES:
        raise ValueError(f"no package {', '.join(strange)}" if strange else f"more than {MOST_PACKAGES} packages")
    return codes


def _said(fault: ValueError | ValidationError) -> str:
    return "the address begins with https://" if isinstance(fault, ValidationError) else str(fault)


def package_codes() -> set[str]:
    """Return the codes of all packages."""
    return set(Package.objects.values_list("code", flat=True))
