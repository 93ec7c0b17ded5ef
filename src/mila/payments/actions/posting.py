"""Writing in the books: once per source and event."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mila.booking.models import ServiceCall
from mila.crowd.models import Provider
from mila.payments import rules
from mila.payments.models import Account, Entry, Posting


@dataclass(frozen=True, slots=True)
class Event:
    """What is posted: `source` is the row it comes from; source and name together are posted once (LED-04)."""

    name: str
    source: UUID
    call: ServiceCall
    provider: Provider | None
    at: datetime


def post(event: Event, entries: rules.Entries, currency: str) -> bool:
    """Write the entries that move money; return False where the event stands in the books already."""
    moving = [(account, amount) for account, amount in entries if amount]
    if not moving or is_posted(event.source, event.name):
        return False
    posting = Posting.objects.create(
        event=event.name, source=event.source, call=event.call, provider=event.provider, posted_at=event.at
    )
    Entry.objects.bulk_create(
        Entry(posting=posting, account=account, amount=amount, currency=currency) for account, amount in moving
    )
    return True


def posted(source: UUID, event: str) -> rules.Entries:
    """Return what stands in the books for an event of a source; no entries where nothing does."""
    rows = Entry.objects.filter(posting__source=source, posting__event=event).order_by("id")
    return [(Account(row.account), row.amount) for row in rows]


def is_posted(source: UUID, event: str) -> bool:
    """Tell whether the event of the source stands in the books."""
    return Posting.objects.filter(source=source, event=event).exists()
