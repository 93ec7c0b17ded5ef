"""In which country the visitor books: one of those in which the brand in front sells today."""

from dataclasses import dataclass

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language

from mila.countries import queries as countries
from mila.countries.models import Country
from mila.partners import queries as partners
from mila.sites.country import speak_of
from mila.sites.door import Request
from mila.sites.now import now


@dataclass(frozen=True, slots=True)
class Shop:
    """The country chosen, and all that there are to choose from."""

    country: Country
    all: tuple[Country, ...]


def shop(request: Request) -> Shop:
    """Return where the visitor books: as chosen, else as the browser's languages tell, else the installation's country.

    From here on the page is about that country.
    """
    sold_in = partners.countries_sold_in(brand=request.brand, at=now())
    if not sold_in:
        sold_in = (countries.by_code(settings.MILA_COUNTRY),)
    chosen = _pick(request, {country.code: country for country in sold_in})
    speak_of(chosen.code)
    return Shop(chosen, sold_in)


def choose(request: Request, code: str) -> None:
    """Remember the visitor's choice; a country in which the brand does not sell changes nothing."""
    if any(country.code == code for country in shop(request).all):
        request.session[_name(request)] = code
        speak_of(code)


def country_name(code: str) -> str:
    """Return what the country is called in the language of the page."""
    return str(Locale((get_language() or "en").split("-")[0]).territories[code])


def _pick(request: Request, sold_in: dict[str, Country]) -> Country:
    wishes = [request.session.get(_name(request), ""), *_regions(request), settings.MILA_COUNTRY]
    return next((sold_in[code] for code in wishes if code in sold_in), next(iter(sold_in.values())))


def _regions(request: Request) -> list[str]:
    """Return the countries of the browser's languages, such as DE of "de-DE", best first."""
    tags = request.headers.get("Accept-Language", "")[:200].split(",")
    return [tag.split(";")[0].strip()[3:5].upper() for tag in tags if tag.strip()[2:3] == "-"]


def _name(request: Request) -> str:
    return f"country:{request.brand.slug}"
