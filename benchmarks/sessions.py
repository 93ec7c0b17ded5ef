"""Signs in the desk and the helpers of Switzerland for a measurement, and prints their session keys as JSON."""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from mila.accounts.models import Account  # noqa: E402
from mila.partners.rules import DEMONSTRATION_SECRET  # noqa: E402
from mila.simulation.demo import DESK  # noqa: E402


def signed_in(account: Account) -> str:
    """Return the key of a new session of the account."""
    browser = Client()
    browser.force_login(account)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def main() -> None:
    """Begin the sessions, and print them."""
    people = Account.objects.filter(helper__provider__country="CH").order_by("id")
    keys = {"api": DEMONSTRATION_SECRET, "desk": signed_in(Account.objects.get(email=DESK))}
    keys |= {str(account.pk): signed_in(account) for account in people}
    json.dump(keys, sys.stdout)


if __name__ == "__main__":
    main()
