"""Pure judgements of messaging: when to try again, and how times and money read in a language."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, get_currency_precision

from mila.kernel.money import Money

LEASE = timedelta(seconds=60)
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
TRIES = len(BACK_OFF) + 1
LONGEST_WAIT_FOR_CARRIER = timedelta(minutes=1)
PUSH_LASTS = timedelta(minutes=2)  # who is rung later than that finds an offer that is over


def next_try(*, tries: int, at: datetime) -> datetime | None:
    """Return when a letter that was not taken at the `tries`-th time is tried again; None means never."""
    return at + BACK_OFF[tries - 1] if tries < TRIES else None


def asked_again(*, tries: int, at: datetime) -> datetime:
    """Return when a carrier that is away is asked again: soon, so that an outage is over for all at its end."""
    return at + min(BACK_OFF[min(tries, len(BACK_OFF)) - 1], LONGEST_WAIT_FOR_CARRIER)


def locale_of(language: str, country: str) -> Locale:
    """Return the locale in which a person of the language reads the country's times and prices."""
    try:
        return Locale.parse(f"{language}_{country}")
    except UnknownLocaleError:
        return Locale.parse(language)


def amount(money: Money, locale: Locale) -> str:
    """Return the money as it is written in the locale, such as `CHF 118.90`."""
    digits = get_currency_precision(money.currency)
    return format_currency(Decimal(money.minor).scaleb(-digits), money.currency, locale=locale)


def day(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """Return the day with its weekday, such as `Tuesday, 24 November 2026`."""
    return format_date(at.astimezone(zone).date(), "full", locale=locale)


def clock_time(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """Return the time on the wall clocks of the zone, such as `14:05`."""
    return format_time(at.astimezone(zone), "short", locale=locale)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, each on one line; what was left out leaves no gap."""
    blocks = (" ".join(block.split()) for block in "\n".join(map(str.strip, text.splitlines())).split("\n\n"))
    return [block for block in blocks if block]
