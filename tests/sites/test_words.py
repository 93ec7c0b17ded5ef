"""Words for templates."""

from datetime import date

import pytest
from django.forms import Field
from django.utils.translation import override

from mila.sites.country import speak_of
from mila.sites.templatetags.words import day, decimal, measured, money, month_day, named, quoted, whole


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("Wi-Fi einrichten", "Wi\u2011Fi einrichten"),
        ("E-Mail", "E\u2011Mail"),
        ("Smart-Home", "Smart-Home"),
        ("ore 9–17", "ore 9–\u206017"),
    ],
)
def test_a_short_compound_is_not_broken_at_its_hyphen(heading: str, shown: str) -> None:
    assert whole(heading) == shown


@pytest.mark.parametrize(
    ("country", "language", "stars", "metres"),
    [
        ("CH", "de", "4.9", "8.25"),
        ("CH", "fr", "4,9", "8,25"),
        ("DE", "de", "4,9", "8,25"),
        ("DE", "en", "4,9", "8,25"),
    ],
)
def test_a_number_carries_the_decimal_mark_of_its_country(country: str, language: str, stars: str, metres: str) -> None:
    with override(language):
        speak_of(country)
        assert (decimal(4.8667), measured("8.250"), decimal(None)) == (stars, metres, "")
        speak_of("CH")


def test_what_is_owed_is_written_like_what_is_paid_with_a_minus_before_it() -> None:
    with override("en"):
        assert money(-43600, "CHF") == f"−{money(43600, 'CHF')}"


def test_the_framework_asks_for_a_missing_entry_in_our_words() -> None:
    with override("de"):
        assert str(Field.default_error_messages["required"]) == "Bitte füllen Sie dieses Feld aus."


@pytest.mark.parametrize(
    ("language", "long", "short", "said", "name"),
    [
        ("de", "Montag, 23.\u00a0November", "23.\u00a0November", "«Leer»", "Preis:"),
        ("fr", "lundi 23\u00a0novembre", "23\u00a0novembre", "«\u202fLeer\u202f»", "Preis\u202f:"),
        ("it", "lunedì 23\u00a0novembre", "23\u00a0novembre", "«Leer»", "Preis:"),
        ("en", "Monday, 23\u00a0November", "23\u00a0November", "“Leer”", "Preis:"),
    ],
)
def test_days_and_marks_are_those_of_the_language(language: str, long: str, short: str, said: str, name: str) -> None:
    with override(language):
        on = date(2026, 11, 23)
        assert (day(on), month_day(on), quoted("Leer"), named("Preis")) == (long, short, said, name)
