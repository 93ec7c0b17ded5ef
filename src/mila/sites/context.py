"""What every page shows."""

from django.conf import settings
from django.http import HttpRequest

from mila.partners import queries as partners
from mila.sites.country import spoken_of
from mila.sites.now import now


def what_every_page_shows(request: HttpRequest) -> dict[str, object]:
    """Return the brand in front, its support contact, the server's time, and whether this is a demonstration."""
    brand = getattr(request, "brand", None)
    return {
        "brand": brand,
        "support": partners.support(country=spoken_of(), brand=brand) if brand else None,
        "server_now": now(),
        "demonstration": settings.DEMONSTRATION,
    }
