"""How towns and postcodes are compared."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila.countries.gazetteer.rules import (
    clean_postcode,
    is_postcode,
    normalise_town,
    prefix_pattern,
    same_town,
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Zuerich", "Zürich"),
        ("zurich", "Zürich"),
        ("Sankt Gallen", "St. Gallen"),
        ("Saint-Maurice", "St-Maurice"),
        ("Genf", "Genève"),
        ("Bâle", "Basel"),
        ("Freiburg", "Fribourg"),
        ("Freiburg", "Freiburg im Breisgau"),
        ("Buch bei Frauenfeld", "Buch b. Frauenfeld"),
        ("Lausanne 25", "Lausanne"),
        ("Gossau SG", "Gossau (SG)"),
        ("Davos", "Davos Platz"),
        ("Wintertuhr", "Winterthur"),
        ("Affoltern a. A.", "Affoltern am Albis"),
    ],
)
def test_a_town_is_known_however_it_is_written(typed: str, name: str) -> None:
    assert same_town(typed, name)


@pytest.mark.parametrize(("typed", "name"), [("Bern", "Biel"), ("Zürich", "Zug"), ("", "Bern"), ("Chur", "Champéry")])
def test_another_town_is_another(typed: str, name: str) -> None:
    assert not same_town(typed, name)


@pytest.mark.parametrize("postcode", ["8001", "CH-8001", " 80 01 "])
def test_a_swiss_postcode_has_four_digits(postcode: str) -> None:
    assert is_postcode(postcode, country="CH")
    assert clean_postcode(postcode) == "8001"


@pytest.mark.parametrize("postcode", ["0800", "80010", "800", "abcd", "", "８００１"])
def test_anything_else_is_no_swiss_postcode(postcode: str) -> None:
    assert not is_postcode(postcode, country="CH")


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalise_town(normalise_town(name)) == normalise_town(name)


@given(st.text(max_size=60))
def test_any_text_makes_a_pattern_that_can_be_searched_for(text: str) -> None:
    assert re.match(prefix_pattern(text), "~") is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Zuer", "Zürich"),
        ("zur", "Zürich"),
        ("st gal", "St. Gallen"),
        ("Saint-M", "St-Maurice"),
        ("st", "Stans"),
        ("Genf", "Genève"),
        ("la ch", "La Chaux-de-Fonds"),
    ],
)
def test_the_beginning_of_a_name_finds_it(typed: str, name: str) -> None:
    assert re.match(prefix_pattern(typed), name, re.IGNORECASE)
