"""OSRM: an open routing engine on the operator's own machine; its table service says how long many ways take."""

import json
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from mila.kernel.patience import patience
from mila.kernel.place import Point

TIMEOUT_SECONDS = 1  # the clock waits for it
MOST_STARTS = 99  # a server of its own refuses more than a hundred places in one question
BIGGEST_ANSWER = 256 * 1024


class RoadsAwayError(Exception):
    """The server did not answer in time, or not with what was agreed."""


def seconds_to(base: str, profile: str, to: Point, starts: Sequence[Point]) -> list[float | None]:
    """Return how many seconds the way from each start takes, None where no road leads; raises `RoadsAwayError`.

    It takes a second at most to be reached and a second to be answered as a whole; at most 99 starts.
    """
    places = ";".join(f"{one.longitude:.5f},{one.latitude:.5f}" for one in (to, *starts))
    sources = ";".join(str(number) for number in range(1, len(starts) + 1))
    query = f"table/v1/{profile}/{places}?destinations=0&sources={sources}&annotations=duration"
    parts = urlsplit(f"{base.rstrip('/')}/{query}")
    try:
        return _durations(json.loads(_answer(parts)), len(starts))
    except (HTTPException, OSError, ValueError, RecursionError, KeyError, TypeError) as reason:
        raise RoadsAwayError(str(reason)) from reason


def _durations(said: object, wanted: int) -> list[float | None]:
    if not isinstance(said, dict) or said.get("code") != "Ok" or len(said["durations"]) != wanted:
        raise RoadsAwayError("the answer has another shape")
    found = [row[0] for row in said["durations"]]
    return [None if one is None else float(one) for one in found]


def _answer(parts: SplitResult) -> bytes:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        line.connect()
        wire = line.sock
        with patience(TIMEOUT_SECONDS, lambda: wire):
            line.request("GET", parts._replace(scheme="", netloc="").geturl(), headers={"Accept": "application/json"})
            answer = line.getresponse()
            if answer.status != 200:
                raise RoadsAwayError(f"the server answered {answer.status}")
            return answer.read(BIGGEST_ANSWER)
    finally:
        line.close()
