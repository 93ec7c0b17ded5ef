"""SMS through any gateway that takes JSON over HTTP."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from mila.kernel.patience import patience
from mila.messaging.ports import CarrierAway, CarrierRefused, Letter

PATIENCE_SECONDS = 15  # for the whole talk, well within the lease of a message
LATER = frozenset({401, 403, 404, 408, 425, 429})  # ours or theirs to mend, not the letter's fault


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """A gateway that takes `{"id", "to", "text"}` by POST at `url`, with a bearer token and an idempotency key."""

    url: str
    token: str

    @property
    def shows_letters(self) -> bool:
        """Its letters are read by people."""
        return False

    def carry(self, letter: Letter) -> None:
        """Send the letter's text; the key is ours, so that the gateway can know a second request."""
        if not self.url:
            raise CarrierAway("no SMS gateway is set up (MILA_SMS_URL)")
        try:
            status = self._post(letter)
        except (OSError, HTTPException) as fault:
            raise CarrierAway(f"SMS gateway: {fault}") from fault
        if 400 <= status < 500 and status not in LATER:
            raise CarrierRefused(f"SMS gateway answered {status}")
        if not 200 <= status < 300:
            raise CarrierAway(f"SMS gateway answered {status}")

    def _post(self, letter: Letter) -> int:
        parts = urlsplit(self.url)
        line = _connection(parts)
        try:
            line.connect()
            wire = line.sock  # the line lets go of it when an answer is the last
            with patience(PATIENCE_SECONDS, lambda: wire):
                path = parts._replace(scheme="", netloc="").geturl() or "/"
                line.request("POST", path, self._body(letter), self._head(letter))
                return line.getresponse().status
        finally:
            line.close()

    def _body(self, letter: Letter) -> bytes:
        return json.dumps({"id": str(letter.id), "to": letter.recipient, "text": letter.text}).encode()

    def _head(self, letter: Letter) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(letter.id),
        }


def _connection(parts: SplitResult) -> HTTPConnection:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
