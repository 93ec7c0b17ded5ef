"""Who we are, to push services (VAPID, RFC 8292): a key of our own and a signed, dated word with every message."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mila.messaging.adapters.push.encryption import pack, public_bytes

LASTS = timedelta(hours=12)  # the standard allows 24
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for push services; `contact` is where their people reach ours."""

    key: ec.EllipticCurvePrivateKey
    contact: str

    @classmethod
    def of(cls, secret: str, *, sender: str) -> "Signer":
        """Return the signer whose key follows from a secret text; `sender` is a mail address, with a name or not."""
        drawn = HKDF(SHA256(), 48, None, b"mila web push").derive(secret.encode())
        number = int.from_bytes(drawn, "big") % (ORDER_OF_P256 - 1) + 1
        return cls(ec.derive_private_key(number, ec.SECP256R1()), f"mailto:{parseaddr(sender)[1]}")

    @property
    def public(self) -> str:
        """The key that browsers subscribe with."""
        return pack(public_bytes(self.key))

    def authorization(self, endpoint: str, *, at: datetime) -> str:
        """Return the header that proves to the endpoint's service who sends, for twelve hours."""
        parts = urlsplit(endpoint)
        until = int((at + LASTS).timestamp())
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": until, "sub": self.contact}
        said = f"{_part({'typ': 'JWT', 'alg': 'ES256'})}.{_part(claims)}"
        r, s = decode_dss_signature(self.key.sign(said.encode(), ec.ECDSA(SHA256())))
        signature = pack(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return f"vapid t={said}.{signature}, k={self.public}"


def _part(said: dict[str, object]) -> str:
    return pack(json.dumps(said, separators=(",", ":")).encode())
