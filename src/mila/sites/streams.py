"""What pages and the live door share: the topics that change, and the pass that lets a page listen to some of them."""

from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.core import signing
from django.db import connections
from django.http import HttpResponse

from mila.sites.now import unpushed

PATH = "/stream/"
HEADER = "Mila-Stream"
CHANNEL = "mila_changed"
DESK = "desk"
PASS_LASTS_SECONDS = 3600

_SALT = "mila.stream.made"


def call_topic(call_id: UUID) -> str:
    """Return the topic of what happens to a call, as the database's triggers name it."""
    return f"call:{call_id}"


def helper_topic(helper_id: UUID) -> str:
    """Return the topic of a helper's offers and visits, as the database's triggers name it."""
    return f"helper:{helper_id}"


@dataclass(frozen=True, slots=True)
class Pass:
    """What a page may listen to, and when the page was made, in seconds since 1970 by the real clock."""

    topics: tuple[str, ...]
    made_at: int


def address(*topics: str) -> str:
    """Return the address of a stream about the topics; the pass in it opens a stream for an hour, without a cookie."""
    return f"{PATH}?for={signing.dumps([int(unpushed().timestamp()), *topics], salt=_SALT)}"


def read(given: str) -> Pass | None:
    """Return what a pass says, None where it was not made here or its hour is over."""
    try:
        made_at, *topics = signing.loads(given, salt=_SALT, max_age=PASS_LASTS_SECONDS)
    except signing.BadSignature:
        return None
    return Pass(tuple(topics), made_at)


def renewed(response: HttpResponse, *topics: str) -> HttpResponse:
    """Return the answer to a page that looks again, with a new pass beside it for when the old one runs out."""
    response.headers[HEADER] = address(*topics)
    return response


def whereabouts() -> str:
    """Return how the database is reached, for a connection outside the pool."""
    known = connections["default"].settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    found = {name: known[setting] for name, setting in names.items() if known[setting]}
    return psycopg.conninfo.make_conninfo("", application_name="mila ear", **found)
