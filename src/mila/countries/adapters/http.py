"""One careful question to a geocoder over HTTP: short, small, and only JSON is believed."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlencode, urlsplit

from mila.kernel.patience import patience

TIMEOUT_SECONDS = 3
BIGGEST_ANSWER = 256 * 1024
USER_AGENT = "Mila service mediation (geocoding of booked visits)"


class GeocoderAwayError(Exception):
    """The geocoder did not answer, or not with what was agreed."""


def ask(base: str, path: str, query: Mapping[str, str]) -> object:
    """Return the JSON answer to a question; raises `GeocoderAwayError` for anything else.

    It takes 3 s at most to be reached and 3 s to be answered as a whole: somebody waits for the page.
    """
    parts = urlsplit(f"{base.rstrip('/')}/{path}?{urlencode(query)}")
    if parts.scheme not in ("http", "https"):
        raise GeocoderAwayError("only http and https are asked")
    try:
        body = _answer(parts)
    except (HTTPException, OSError) as reason:
        raise GeocoderAwayError(str(reason)) from reason
    if len(body) > BIGGEST_ANSWER:
        raise GeocoderAwayError("the answer is too big")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as reason:
        raise GeocoderAwayError("the answer is no JSON") from reason


def _answer(parts: SplitResult) -> bytes:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        line.connect()
        wire = line.sock  # the line lets go of it when an answer is the last
        with patience(TIMEOUT_SECONDS, lambda: wire):
            head = {"User-Agent": USER_AGENT, "Accept": "application/json"}
            line.request("GET", parts._replace(scheme="", netloc="").geturl(), headers=head)
            answer = line.getresponse()
            if answer.status != 200:
                raise GeocoderAwayError(f"the geocoder answered {answer.status}")
            return answer.read(BIGGEST_ANSWER + 1)
    finally:
        line.close()


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
