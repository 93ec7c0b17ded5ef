"""Where a call is, and who of those looked at lives around it, on a map."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mila.booking.models import ServiceCall
from mila.countries.gazetteer.drawing import sheet_around
from mila.kernel.place import distance_km
from mila.sites.desk.why import Looked
from mila.sites.maps import Drawn, drawn

WIDTH, HEIGHT = 520, 320
HELPERS_DRAWN = 25
NEAREST_M, FARTHEST_M = 3_000, 60_000


def map_of(call: ServiceCall, looked_at: Sequence[Looked]) -> Drawn:
    """Return the map around the call: its place with its accuracy, and the homes of the first who were looked at."""
    point = call.address.point
    first = looked_at[:HELPERS_DRAWN]
    reach = max((1000 * distance_km(point, one.home) for one in first), default=0.0)
    sheet = sheet_around(
        call.country_id,
        point,
        radius_m=min(FARTHEST_M, max(NEAREST_M, call.address.accuracy_m, reach)),
        width=WIDTH,
        height=HEIGHT,
    )
    marks = [(one.home, f"{one.rank or '–'} · {one.name}", "helper") for one in first]
    return drawn(
        sheet,
        circles=[(point, float(call.address.accuracy_m), "about")],
        marks=[*marks, (point, _("The call"), "pin")],
    )
