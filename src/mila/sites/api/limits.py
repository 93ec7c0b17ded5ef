"""How often a key may ask in a minute.

Counted in the database, so that the limit is the key's, whatever the number of processes, and no key takes another's
share. Minutes are those of the clock; the headers follow draft-ietf-httpapi-ratelimit-headers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from mila.partners.models import ApiKey
from mila.sites.api.problems import TooManyRequests

WINDOW = timedelta(minutes=1)
ALLOWANCE = "mila.allowance"
COUNT = """
insert into api_keyuse as known (api_key_id, began_at, used) values (%s, %s, 1)
on conflict (api_key_id) do update set
  used = case when known.began_at = excluded.began_at then known.used + 1 else 1 end,
  began_at = excluded.began_at
returning used
"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a key may still do in this minute."""

    limit: int
    left: int
    seconds: int

    def put_on(self, response: HttpResponse) -> None:
        """Tell it in the headers of an answer."""
        response.headers["RateLimit-Policy"] = f'"minute";q={self.limit};w={int(WINDOW.total_seconds())}'
        response.headers["RateLimit"] = f'"minute";r={self.left};t={self.seconds}'


def count(request: HttpRequest, key: ApiKey, at: datetime) -> None:
    """Count a request of the key. Refuses more in a minute than the installation allows a key."""
    began = at.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key.pk, began])
        (used,) = cursor.fetchone()
    seconds = max(1, int((began + WINDOW - at).total_seconds()))
    limit = settings.MILA_API_PER_MINUTE
    allowance = Allowance(limit, max(0, limit - used), seconds)
    request.META[ALLOWANCE] = allowance
    if used > limit:
        raise TooManyRequests(seconds)


def tell(request: HttpRequest, response: HttpResponse) -> None:
    """Put what is left of the minute on the answer of a request that was counted."""
    allowance = request.META.get(ALLOWANCE)
    if isinstance(allowance, Allowance):
        allowance.put_on(response)
