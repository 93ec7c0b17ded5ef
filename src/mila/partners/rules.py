"""What a key looks like."""

import hashlib
import re

from mila.kernel.ids import new_key

HINT_LENGTH = 15
DEMONSTRATION_SECRET = "mila_test_demonstration-of-mila-for-everybody"  # noqa: S105 - opens nothing but a demonstration
_SECRET = re.compile(r"mila_(live|test)_[A-Za-z0-9_-]{24,64}")


def new_secret(kind: str) -> str:
    """Return a new secret such as `mila_test_…`: 192 random bits, known by its beginning when it leaks."""
    return f"mila_{kind}_{new_key()}"


def looks_like_a_secret(text: str) -> bool:
    """Tell whether the text has the form of a secret."""
    return _SECRET.fullmatch(text) is not None


def digest_of(secret: str) -> str:
    """Return what is kept of a secret; it is random enough to need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
