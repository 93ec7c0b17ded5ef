"""What the verbs of a search share: its policy, its offers' states, and when the clock takes it up again."""

from datetime import datetime

from mila.booking.models import OfferState, Search
from mila.booking.sheet import write_search
from mila.partners.models import SearchPolicy

ASKED = (OfferState.MADE, OfferState.OPEN)
LATE = (OfferState.UNREACHED, OfferState.EXPIRED)


def policy_of(search: Search) -> SearchPolicy:
    """Return the policy under which the search was opened: the house's default where there was none."""
    return search.policy or SearchPolicy()


def wake(search: Search, at: datetime | None) -> None:
    """Write a search with when the clock takes it up again; None while an answer is waited for."""
    search.due_at = at
    write_search(search)
