"""The countries whose algorithms the house knows."""

from collections.abc import Mapping
from datetime import date

from mila.countries.ch import SWITZERLAND
from mila.countries.de import GERMANY
from mila.countries.fr import FRANCE
from mila.countries.rules import CountryFile

FILES: Mapping[str, CountryFile] = {file.code: file for file in (SWITZERLAND, GERMANY, FRANCE)}


def is_holiday(country: str, region: str, day: date) -> bool:
    """Tell whether the day is a public holiday in the canton, Land or department."""
    return day in FILES[country].holidays(day.year, region)
