"""Messages between programs that share a secret: signed with HMAC-SHA256 over time and body."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=300)
_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


def sign(*, body: bytes, secret: str, at: datetime) -> str:
    """Return the signature header of a body that leaves at that time."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_mac(body, secret, seconds)}"


def fits(*, body: bytes, signature: str, secrets: Iterable[str], at: datetime) -> bool:
    """Tell whether the signature fits one of the secrets (two while one is being changed) and is not too old."""
    found = _SIGNATURE.fullmatch(signature)
    if found is None:
        return False
    seconds = int(found[1])
    if abs(at.timestamp() - seconds) > TOLERANCE.total_seconds():
        return False
    return any(hmac.compare_digest(_mac(body, secret, seconds), found[2]) for secret in secrets)


def _mac(body: bytes, secret: str, seconds: int) -> str:
    return hmac.new(secret.encode(), str(seconds).encode() + b"." + body, hashlib.sha256).hexdigest()
