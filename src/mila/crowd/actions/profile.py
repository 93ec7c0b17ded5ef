"""Where a helper works, how they travel, and how much they take on."""

from collections.abc import Sequence
from datetime import time

from django.utils.translation import gettext_lazy as _

from mila.crowd.models import Helper, Vehicle
from mila.kernel.place import Point, Transport
from mila.kernel.refusal import Refusal


class SecondAreaSmaller(Refusal):
    """The second area does not reach further than the first."""

    code = "second_area_smaller"
    status = 422
    sentence = _("The second area has to reach further than the first.")
    field = "second_radius_km"


def set_area(*, helper: Helper, radius_km: int, second_radius_km: int | None) -> None:
    """Set how far the helper's area reaches, and the larger one opted into. Refuses a second one that is smaller."""
    if second_radius_km is not None and second_radius_km <= radius_km:
        raise SecondAreaSmaller
    helper.radius_km, helper.second_radius_km = radius_km, second_radius_km
    helper.save(update_fields=["radius_km", "second_radius_km"])


def move_home(*, helper: Helper, to: Point) -> None:
    """Set where the helper's area has its middle."""
    helper.latitude, helper.longitude = to.latitude, to.longitude
    helper.save(update_fields=["latitude", "longitude"])


def set_means(*, helper: Helper, transport: Transport, vehicles: Sequence[Vehicle], languages: Sequence[str]) -> None:
    """Set how the helper travels, what things can be brought in, and which languages are spoken."""
    helper.transport, helper.vehicles, helper.languages = transport, list(vehicles), list(languages)
    helper.save(update_fields=["transport", "vehicles", "languages"])


def set_limits(*, helper: Helper, daily_cap: int, quiet: tuple[time, time] | None) -> None:
    """Set how many visits a day there may be, and between which times nobody is woken for one that is far away."""
    helper.daily_cap = daily_cap
    helper.quiet_from, helper.quiet_until = quiet or (None, None)
    helper.save(update_fields=["daily_cap", "quiet_from", "quiet_until"])
