"""Rating a visit."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import ServiceCall, Stage
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.quality.models import AXES, Rating

RATEABLE = (Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED, Stage.CLOSED)


class NothingToRate(Refusal):
    """There is no signed-off visit to rate, or it has a rating."""

    code = "nothing_to_rate"
    sentence = _("This visit cannot be rated, or has been rated already.")


class StarsWrong(Refusal):
    """Stars go from one to five."""

    code = "stars_wrong"
    status = 422
    sentence = _("Choose from one to five stars.")
    field = "stars"


def rate(*, call: ServiceCall, stars: int, axes: Mapping[str, int], text: str, now: Occasion) -> Rating:
    """Write the customer's rating of a locked, signed-off call, once; the same answer again returns the first."""
    known = {axis: given for axis, given in axes.items() if axis in AXES}
    if not all(1 <= given <= 5 for given in (stars, *known.values())):
        raise StarsWrong
    earlier = Rating.objects.filter(call=call).first()
    if earlier is not None and earlier.stars == stars:
        return earlier
    assignment = booking.last_assignment(call)
    if earlier is not None or assignment is None or call.stage not in RATEABLE:
        raise NothingToRate
    return Rating.objects.create(
        call=call, helper=assignment.helper, stars=stars, axes=known, text=text[:2000], at=now.at
    )
