"""Being available now."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from mila.crowd.models import Helper, HelperState
from mila.crowd.rules import on_grid
from mila.kernel.place import Point
from mila.kernel.refusal import Refusal


class NotActive(Refusal):
    """Only active helpers are asked."""

    code = "not_active"
    status = 403
    sentence = _("Your account is not active, so that no offers can come. Support can tell you more.")


def go_available(*, helper: Helper, until: datetime, position: Point | None) -> None:
    """Switch *available now* on until a time, with one position on a 1-km grid, or home where there is none.

    Switched on again, time and position are overwritten. Refuses helpers who are not active.
    """
    if helper.state != HelperState.ACTIVE:
        raise NotActive
    seen = on_grid(position) if position else None
    helper.available_until = until
    helper.available_latitude = seen.latitude if seen else None
    helper.available_longitude = seen.longitude if seen else None
    helper.save(update_fields=["available_until", "available_latitude", "available_longitude"])


def go_unavailable(*, helper: Helper) -> None:
    """Switch *available now* off and erase the position."""
    Helper.objects.filter(pk=helper.pk).update(**_NOWHERE)


def forget_positions(*, at: datetime) -> int:
    """Erase the positions of everybody whose *available now* has run out, and return how many there were."""
    return Helper.objects.filter(available_until__lte=at).update(**_NOWHERE)


_NOWHERE: dict[str, None] = {"available_until": None, "available_latitude": None, "available_longitude": None}
