"""Signs in the desk and the helpers of Switzerland for a measurement, and prints their session keys as JSON."""

import json
import sys

import django

django.setup()

from datetime import timedelta  # noqa: E402

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils import timezone  # noqa: E402

from mila.accounts.models import Account  # noqa: E402
from mila.partners.rules import DEMONSTRATION_SECRET  # noqa: E402
from mila.simulation.demo import DESK  # noqa: E402

LONGEST = timedelta(days=1)


def main() -> None:
    """Write the sessions at once, and print them."""
    people = list(Account.objects.filter(helper__provider__country="CH").order_by("id"))
    desk = Account.objects.get(email=DESK)
    store, rows, keys = SessionStore(), [], {"api": DEMONSTRATION_SECRET}
    for number, account in enumerate([desk, *people]):
        said = {
            SESSION_KEY: str(account.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: account.get_session_auth_hash(),
        }
        key = f"load{number:028}"
        rows.append(Session(session_key=key, session_data=store.encode(said), expire_date=timezone.now() + LONGEST))
        keys["desk" if account.pk == desk.pk else str(account.pk)] = key
    Session.objects.bulk_create(rows, ignore_conflicts=True)
    json.dump(keys, sys.stdout)


if __name__ == "__main__":
    main()
