"""What happened to somebody's ways in is kept, and told to them by mail, whoever did it."""

from django.db import transaction
from django.http import HttpRequest

from mila.accounts.actions import record
from mila.accounts.models import Account, SecurityEventKind
from mila.messaging import actions as messaging
from mila.sites.door import by_customer
from mila.sites.entrance import source


@transaction.atomic
def note(request: HttpRequest, account: Account, kind: SecurityEventKind) -> None:
    """Keep what the account's own person did, and tell them, in case it was not them."""
    occasion = by_customer()
    event = record(account=account, kind=kind, device=source.device(request), at=occasion.at)
    messaging.tell_security_event(event=event, now=occasion)
