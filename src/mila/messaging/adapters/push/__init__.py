"""Web push: a short word to a person's device through the push service of its browser."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from mila.kernel.patience import patience
from mila.messaging.adapters.push.encryption import encrypt
from mila.messaging.adapters.push.line import PATIENCE_SECONDS, NotPublic, line_to
from mila.messaging.adapters.push.vapid import Signer
from mila.messaging.models import PushSubscription
from mila.messaging.ports import CarrierAway, CarrierRefused, Letter, RecipientGone
from mila.messaging.rules import PUSH_LASTS

GONE = frozenset({404, 410})
LATER = frozenset({401, 403, 408, 425, 429})  # ours or theirs to mend, not the letter's fault


@dataclass(frozen=True, slots=True)
class PushService:
    """Takes letters to devices, each through the service that its browser named; `at` dates the signature."""

    signer: Signer
    at: datetime
    connect: Callable[[str], HTTPConnection] = line_to

    @property
    def shows_letters(self) -> bool:
        """Its letters are read by people."""
        return False

    def carry(self, letter: Letter) -> None:
        """Send the letter, encrypted for the device: its subject, its text, and as the last line what it opens."""
        device = PushSubscription.objects.filter(pk=letter.device).first() if letter.device else None
        if device is None:
            raise RecipientGone("the device takes no messages any more")
        try:
            status = self._post(device, letter)
        except NotPublic as refused:
            raise RecipientGone(str(refused)) from refused
        except (OSError, HTTPException) as fault:
            raise CarrierAway(f"push service: {fault}") from fault
        if status in GONE:
            raise RecipientGone(f"push service answered {status}")
        if 400 <= status < 500 and status not in LATER:
            raise CarrierRefused(f"push service answered {status}")
        if not 200 <= status < 300:
            raise CarrierAway(f"push service answered {status}")

    def _post(self, device: PushSubscription, letter: Letter) -> int:
        parts = urlsplit(device.endpoint)
        line = self.connect(device.endpoint)
        try:
            wire = line.sock  # the line lets go of it when an answer is the last
            with patience(PATIENCE_SECONDS, lambda: wire):
                path = parts._replace(scheme="", netloc="").geturl()
                line.request("POST", path, _body(device, letter), self._head(device))
                return line.getresponse().status
        finally:
            line.close()

    def _head(self, device: PushSubscription) -> dict[str, str]:
        return {
            "Authorization": self.signer.authorization(device.endpoint, at=self.at),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(PUSH_LASTS.total_seconds())),
            "Urgency": "high",
        }


def _body(device: PushSubscription, letter: Letter) -> bytes:
    text, _, opens = letter.text.strip().rpartition("\n")
    said = json.dumps({"title": letter.subject, "text": text.strip(), "opens": opens}).encode()
    sender = ec.generate_private_key(ec.SECP256R1())
    return encrypt(said, p256dh=device.p256dh, auth=device.auth, sender=sender, salt=os.urandom(16))
