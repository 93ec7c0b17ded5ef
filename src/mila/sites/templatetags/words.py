"""Words for templates: money, times and texts in the reader's language."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

import phonenumbers
from babel import Locale, localedata
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_noop

from mila.kernel.texts import Texts, say
from mila.sites.country import spoken_of, zone_of

register = template.Library()

# No line ends between a day and its month.
DAYS = {"de": "EEEE, d.\u00a0MMMM", "en": "EEEE, d\u00a0MMMM"}
SHORT_COMPOUND = re.compile(r"(?<=\b\w)-(?=\w)|(?<=\b\w\w)-(?=\w)|(?<=\w)-(?=\w\w?\b)")
SPAN = re.compile(r"(?<=\d)–(?=\d)")  # and the joiner after it
# A sentence of the framework that our catalogs say in the house's words: what to do, not what is wrong.
REQUIRED = gettext_noop("This field is required.")
MOMENTS = {"de": "EEE d.\u00a0MMM, HH:mm"}
QUOTES = {"de": "«{}»", "fr": "«\u202f{}\u202f»", "it": "«{}»"}


def locale() -> Locale:
    """Return the locale in which numbers and dates are written: the reader's language in the country of the page."""
    return _locale((get_language() or "en").split("-")[0], spoken_of())


@lru_cache(maxsize=64)
def _locale(language: str, country: str) -> Locale:
    there = f"{language}_{country}"
    # Nobody has written down how French is spoken in Germany.
    return Locale.parse(there if localedata.exists(there) else language)


@register.simple_tag(takes_context=True)
def drawn(context: Context) -> SafeString:
    """Return the icon `name` of the house, with the class `class` where there is one."""
    return icon(str(context.get("name", "")), str(context.get("class") or ""))


@lru_cache(maxsize=512)  # a page draws forty
def icon(name: str, kind: str) -> SafeString:
    """Return the icon of the house with the name, drawn with a class where there is one."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" {kind}" if kind else "",
        static("mila/icons.svg"),
        name,
    )


@register.filter
def whole(words: str) -> str:
    """Return words whose short compounds and spans stay on one line: Wi-Fi is not broken at its hyphen, nor 9–17."""
    return SPAN.sub("–\u2060", SHORT_COMPOUND.sub("\u2011", words))


@register.filter
def at(address: str) -> SafeString:
    """Return an e-mail address that breaks after its @ before it breaks in the middle of a word."""
    return mark_safe(conditional_escape(address).replace("@", "@<wbr>"))  # noqa: S308 - escaped


@register.filter
def money(minor: int, currency: str) -> str:
    """Return minor units as an amount such as `CHF 118.90` or `−CHF 118.90`."""
    amount = _amount(abs(minor), currency, locale())
    return f"−{amount}" if minor < 0 else amount


@lru_cache(maxsize=2048)
def _amount(minor: int, currency: str, there: Locale) -> str:
    return str(format_currency(Decimal(minor).scaleb(-2), currency, locale=there))


@register.filter
def signed(minor: int, currency: str) -> str:
    """Return a difference with its sign, such as `+ CHF 39.00`."""
    return f"{'−' if minor < 0 else '+'}\N{NO-BREAK SPACE}{money(abs(minor), currency)}"


@register.filter
def decimal(value: object, form: str = "#,##0.0") -> str:
    """Return a number with one digit after the country's decimal mark, such as `4.9` or `4,9`; nothing for None."""
    return "" if value is None or value == "" else str(format_decimal(Decimal(str(value)), form, locale=locale()))


@register.filter
def measured(value: object) -> str:
    """Return what somebody measured with no more digits than it has, at most three after the decimal mark."""
    return decimal(value, "#,##0.###")


@register.filter
def texts(value: Texts) -> str:
    """Return a row's text in the reader's language."""
    return say(value or {}, get_language() or "en")


@register.filter(is_safe=True)
def quoted(words: str) -> str:
    """Return what somebody wrote between the quotation marks of the reader's language."""
    return QUOTES.get(locale().language, "“{}”").format(words)


@register.filter(is_safe=True)
def named(name: str) -> str:
    """Return the name of what follows with its colon, which stands apart in French."""
    return f"{name}\u202f:" if locale().language == "fr" else f"{name}:"


@register.filter
def day(at: datetime | date | None) -> str:
    """Return a day such as `Tuesday, 24 November`."""
    shown = _local(at) if isinstance(at, datetime) else at
    form = DAYS.get(locale().language, "EEEE d\u00a0MMMM")
    return "" if shown is None else str(format_date(shown, form, locale=locale()))


@register.filter
def month_day(on: date) -> str:
    """Return a day without the day of the week, such as `24 November`."""
    form = "d.\u00a0MMMM" if locale().language == "de" else "d\u00a0MMMM"
    return str(format_date(on, form, locale=locale()))


@register.filter
def clock_time(at: datetime | None) -> str:
    """Return a time of day such as `14:30`."""
    return "" if at is None else f"{_local(at):%H:%M}"  # the same in all four languages


@register.filter
def moment(at: datetime | None, country: str = "") -> str:
    """Return a short day with the time, such as `Tue 24 Nov, 14:30`, in a country or in that of the page."""
    form = MOMENTS.get(locale().language, "EEE d\u00a0MMM, HH:mm")
    return "" if at is None else str(format_datetime(_local(at, country), form, locale=locale()))


def _local(at: datetime, country: str = "") -> datetime:
    return at.astimezone(zone_of(country or spoken_of()))


@register.filter
@lru_cache(maxsize=64)  # support's own numbers stand on every page
def phone(number: str) -> str:
    """Return a phone number as people read it, such as `+41 43 508 01 92`."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
