"""Identifiers that sort by time and cannot be guessed, and numbers that people read aloud."""

import secrets
import time
import uuid

_READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0/O and 1/I: read over the phone at a branch


def new_id() -> uuid.UUID:
    """Return a UUID version 7 (RFC 9562): 48 bits of milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0b11 << 62) | 0b10 << 62
    return uuid.UUID(int=value)


def new_order_number() -> str:
    """Return a Mila order number such as `M-7K3F-92QX`: 40 random bits, readable aloud."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(8))
    return f"M-{letters[:4]}-{letters[4:]}"


def new_key() -> str:
    """Return a secret for a link: 192 random bits, safe in a URL."""
    return secrets.token_urlsafe(24)


def new_code(digits: int) -> str:
    """Return a numeric one-time code of the given number of digits."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def order_number_of(typed: str) -> str:
    """Return the order number that was typed or scanned, whatever its case, spaces and dashes; empty if it is none."""
    letters = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    own = letters[1:] if len(letters) == 9 and letters[0] == "M" else letters
    return f"M-{own[:4]}-{own[4:]}" if len(own) == 8 and set(own) <= set(_READABLE) else ""
