"""Sealing what has to be read again: a hash will not do for the secret of an app."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(plain: bytes) -> str:
    """Return the secret so that a copy of the database alone does not give it away."""
    return _fernet().encrypt(plain).decode()


def unseal(sealed: str) -> bytes:
    """Return the secret that was sealed."""
    return _fernet().decrypt(sealed.encode())


def _fernet() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mila.accounts.app")
    return Fernet(urlsafe_b64encode(key.derive(settings.MILA_SEALING_SECRET.encode())))
