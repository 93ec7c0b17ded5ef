"""What stands around every page of the desk."""

from django.urls import reverse
from django.utils.translation import gettext as _


def frame(current: str) -> dict[str, object]:
    """Return the desk's navigation, with the current entry marked."""
    entries = [
        ("home", _("Calls"), "list"),
        ("risk", _("At risk"), "warning"),
        ("cases", _("Cases"), "shield"),
        ("messages", _("Messages"), "mail"),
        ("parcels", _("Parcels"), "car"),
        ("books", _("Bookkeeping"), "wallet"),
        ("voices", _("Voices"), "star"),
        ("weights", _("Points"), "star"),
        ("proofs", _("Proofs"), "shield"),
        ("seats", _("Seats"), "user"),
        ("policies", _("Rules of the search"), "tools"),
    ]
    nav = [
        {"url": reverse(f"desk:{name}"), "name": said, "icon": icon, "current": name == current}
        for name, said, icon in entries
    ]
    nav.append({"url": reverse("entrance:security"), "name": _("Sign-in"), "icon": "shield", "current": False})
    return {"nav": nav, "home_url": reverse("desk:home"), "at_the_desk": True}
