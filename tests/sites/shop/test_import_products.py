"""What a brand sells is taken over from a file: all of it, or nothing."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from tests.factories import a_brand, a_package, a_product

from mila.partners.models import Product

pytestmark = pytest.mark.django_db
HEAD = "code;de;fr;it;en;price;packages;address\n"
REPEATER = "repeater;Verstärker;Répéteur;Ripetitore;Repeater;49.90;wifi-setup;https://shop.example/repeater\n"
CABLE = "cable;Kabel;Câble;Cavo;Cable;9;;https://shop.example/cable\n"


def taken_over(folder: Path, text: str) -> list[tuple[str, int, bool]]:
    a_brand()
    a_package()
    file = folder / "products.csv"
    file.write_text(text, encoding="utf-8")
    call_command("import_products", "mila", "CH", str(file), verbosity=0)
    return list(Product.objects.order_by("code").values_list("code", "amount", "is_open"))


def test_a_file_becomes_the_brands_products(tmp_path: Path) -> None:
    assert taken_over(tmp_path, HEAD + REPEATER + CABLE) == [("cable", 900, True), ("repeater", 4990, True)]
    row = Product.objects.get(code="repeater")
    assert (row.name["de"], row.packages, row.currency) == ("Verstärker", ["wifi-setup"], "CHF")


def test_taken_over_again_it_follows_the_file_and_forgets_nothing(tmp_path: Path) -> None:
    taken_over(tmp_path, HEAD + REPEATER + CABLE)
    first = Product.objects.get(code="repeater").pk
    assert taken_over(tmp_path, HEAD + REPEATER.replace("49.90", "39.90")) == [
        ("cable", 900, False),
        ("repeater", 3990, True),
    ]
    assert Product.objects.get(code="repeater").pk == first
    assert taken_over(tmp_path, HEAD + REPEATER + CABLE)[0] == ("cable", 900, True)


def test_another_brands_products_stay(tmp_path: Path) -> None:
    other = a_product("other", brand=a_brand("swisscom", is_own=False))
    taken_over(tmp_path, HEAD + REPEATER)
    other.refresh_from_db()
    assert other.is_open


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (REPEATER + REPEATER, "line 3: repeater stands twice"),
        ("\n" + REPEATER + REPEATER, "line 4: repeater stands twice"),
        (CABLE.replace("Kabel", "K" * 200_000), "line 2: field larger than field limit"),
        (REPEATER.replace("49.90", "49.905"), "line 2: the price is more than nothing"),
        (REPEATER.replace("49.90", "0.00"), "line 2: the price is more than nothing"),
        (REPEATER.replace("49.90", "free"), "line 2: the price is more than nothing"),
        (REPEATER.replace("Répéteur", ""), "line 2: a name in every language"),
        (REPEATER.replace("wifi-setup", "no-such"), "line 2: no package no-such"),
        (REPEATER.replace("https", "javascript"), "line 2: the address begins with https"),
        (REPEATER.replace("repeater;V", "Re peater;V"), "line 2: the code is small letters"),
        ("repeater;Verstärker\n", "line 2: "),
    ],
)
def test_a_line_that_does_not_fit_changes_nothing(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        taken_over(tmp_path, HEAD + line)
    assert not Product.objects.exists()


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="line 1: no column code"):
        taken_over(tmp_path, "a;b\n1;2\n")
