"""Numbers that hide numbers: helper and client call one another without knowing the other's own."""

import json
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from mila.kernel.patience import patience
from mila.messaging.ports import CarrierAway

PATIENCE_SECONDS = 10
LONGEST_ANSWER = 4096


class Exchange(Protocol):
    """A firm that connects two people through a number of its own."""

    def connect(self, key: UUID, *, one: str, other: str) -> str:
        """Return the number through which the two reach one another, the same for the same key. Raises CarrierAway."""

    def end(self, key: UUID) -> None:
        """Connect the two no more. Raises CarrierAway."""


class StandIn:
    """The stand-in that ships: gives a number out of a range that nobody has, and connects nobody."""

    def connect(self, key: UUID, *, one: str, other: str) -> str:
        """Return a number that follows from the key."""
        return f"+4100{int(sha256(key.bytes).hexdigest(), 16) % 10_000_000:07}"

    def end(self, key: UUID) -> None:
        """Do nothing: nobody was connected."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that takes `{"id", "one", "other"}` by POST and answers `{"number"}`; without people it ends the id."""

    url: str
    token: str

    def connect(self, key: UUID, *, one: str, other: str) -> str:
        """Ask for a number."""
        number = self._ask({"id": str(key), "one": one, "other": other}).get("number")
        if not isinstance(number, str) or not number.startswith("+") or len(number) > 20:
            raise CarrierAway("the exchange of numbers gave no number")
        return number

    def end(self, key: UUID) -> None:
        """Tell that the two are not connected any more."""
        self._ask({"id": str(key)})

    def _ask(self, body: dict[str, str]) -> dict[str, object]:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        line = kind(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
        head = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            line.connect()
            wire = line.sock
            with patience(PATIENCE_SECONDS, lambda: wire):
                path = parts._replace(scheme="", netloc="").geturl() or "/"
                line.request("POST", path, json.dumps(body), head | {"Idempotency-Key": body["id"]})
                answer = line.getresponse()
                said = answer.read(LONGEST_ANSWER)
            if not 200 <= answer.status < 300:
                raise CarrierAway(f"the exchange of numbers answered {answer.status}")
            found = json.loads(said or b"{}")
        except (OSError, HTTPException, ValueError) as fault:
            raise CarrierAway(f"exchange of numbers: {fault}") from fault
        finally:
            line.close()
        return found if isinstance(found, dict) else {}


def exchange() -> Exchange | None:
    """Return who hides the numbers, None where they are shown as they are (`MILA_NUMBERS`)."""
    if settings.MILA_NUMBERS == "plain":
        return None
    if settings.MILA_NUMBERS == "test":
        return StandIn()
    return Gateway(settings.MILA_NUMBERS, settings.MILA_NUMBERS_TOKEN)
