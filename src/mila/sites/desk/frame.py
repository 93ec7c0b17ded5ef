"""What stands around every page of the desk."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Entry = tuple[str, Promise, str]

EVERY_DAY: Sequence[Entry] = (
    ("desk:home", _("Calls"), "list"),
    ("desk:risk", _("At risk"), "warning"),
    ("desk:cases", _("Cases"), "shield"),
    ("desk:inquiries", _("Help Center"), "call"),
    ("desk:messages", _("Messages"), "mail"),
    ("desk:parcels", _("Parcels"), "car"),
    ("desk:books", _("Bookkeeping"), "wallet"),
    ("desk:voices", _("Voices"), "star"),
)
NOW_AND_THEN: Sequence[Entry] = (
    ("desk:available", _("Available now"), "pin"),
    ("desk:weights", _("Points"), "bolt"),
    ("desk:policies", _("Rules of the search"), "search"),
    ("desk:proofs", _("Proofs"), "book"),
    ("desk:faces", _("Photos"), "user"),
    ("desk:seats", _("Seats"), "user"),
    ("entrance:security", _("Sign-in"), "door"),
)


def frame(current: str) -> dict[str, object]:
    """Return the desk's navigation, with the current entry marked: what is used daily, and behind a word the rest."""
    return {
        "nav": _entries(EVERY_DAY, current),
        "nav_more": _entries(NOW_AND_THEN, current),
        "home_url": reverse("desk:home"),
    }


def _entries(given: Sequence[Entry], current: str) -> list[dict[str, object]]:
    here = f"desk:{current}"
    return [{"url": reverse(at), "name": name, "icon": icon, "current": at == here} for at, name, icon in given]
