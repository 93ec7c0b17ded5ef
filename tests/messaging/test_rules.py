from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mila.kernel.money import Money
from mila.messaging.rules import TRIES, amount, clock_time, day, locale_of, next_try, paragraphs

AT = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
ZURICH = ZoneInfo("Europe/Zurich")


def test_a_message_is_tried_eight_times_with_growing_patience() -> None:
    waits = [next_try(tries=tries, at=AT) for tries in range(1, TRIES + 1)]
    assert TRIES == 8
    assert waits[0] == AT + timedelta(seconds=5)
    assert waits[1] == AT + timedelta(seconds=30)
    assert waits[-1] is None
    assert sorted(wait for wait in waits if wait) == waits[:-1]


def test_times_are_those_on_the_wall_of_the_country() -> None:
    german = locale_of("de", "CH")
    assert day(AT, ZURICH, german) == "Donnerstag, 2. Juli 2026"
    assert clock_time(AT, ZURICH, german) == "00:30"


@pytest.mark.parametrize(
    ("language", "country", "reads"),
    [("de", "CH", "CHF 118.90"), ("en", "CH", "CHF 118.90"), ("de", "DE", "118,90 CHF")],
)
def test_money_reads_as_the_country_writes_it(language: str, country: str, reads: str) -> None:
    assert amount(Money(11890, "CHF"), locale_of(language, country)).replace("\N{NO-BREAK SPACE}", " ") == reads


def test_a_language_that_the_country_does_not_speak_still_has_a_locale() -> None:
    assert locale_of("it", "DE").language == "it"


def test_what_was_left_out_leaves_no_gap() -> None:
    assert paragraphs("one\n two \n\n  \n\nthree\n") == ["one two", "three"]
