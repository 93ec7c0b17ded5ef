"""One careful question to a geocoder over HTTP: short, small, and only JSON is believed."""

import json
from collections.abc import Mapping
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 3
BIGGEST_ANSWER = 256 * 1024
USER_AGENT = "Mila service mediation (geocoding of booked visits)"


class GeocoderAwayError(Exception):
    """The geocoder did not answer, or not with what was agreed."""


def ask(base: str, path: str, query: Mapping[str, str]) -> object:
    """Return the JSON answer to a question; raises `GeocoderAwayError` for anything else."""
    url = f"{base.rstrip('/')}/{path}?{urlencode(query)}"
    if urlsplit(url).scheme not in ("http", "https"):
        raise GeocoderAwayError("only http and https are asked")
    request = Request(url, headers={"User-Agent": USER_AGENT, "Accept": "application/json"})  # noqa: S310 - checked
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - checked
            body = answer.read(BIGGEST_ANSWER + 1)
    except (URLError, HTTPException, OSError) as reason:
        raise GeocoderAwayError(str(reason)) from reason
    if len(body) > BIGGEST_ANSWER:
        raise GeocoderAwayError("the answer is too big")
    try:
        return json.loads(body)
    except ValueError as reason:
        raise GeocoderAwayError("the answer is no JSON") from reason


def position(latitude: object, longitude: object) -> tuple[float, float]:
    """Return a position in degrees, from numbers or texts; raises `GeocoderAwayError` for what is none."""
    try:
        north, east = float(str(latitude)), float(str(longitude))
    except ValueError as reason:
        raise GeocoderAwayError("no position in the answer") from reason
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise GeocoderAwayError("a position that is not on the earth")
    return north, east


def mapping(value: object) -> Mapping[str, object]:
    """Return a JSON object; raises `GeocoderAwayError` for anything else."""
    if not isinstance(value, dict):
        raise GeocoderAwayError("the answer has another shape")
    return value


def sequence(value: object) -> list[object]:
    """Return a JSON array; raises `GeocoderAwayError` for anything else."""
    if not isinstance(value, list):
        raise GeocoderAwayError("the answer has another shape")
    return value
