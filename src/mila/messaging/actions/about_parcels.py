"""What is told about a thing that a helper fetches at a branch and brings along."""

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ServiceCall
from mila.kernel.occasion import Occasion
from mila.messaging.actions.to_helper import OPEN_APP, HelperSaying, tell_helper, tell_released_helper
from mila.messaging.actions.writing import Saying, tell
from mila.messaging.facts import Fact, Telling
from mila.messaging.recipients import everybody

SEE_BOOKING = _("See your booking")


def tell_of_failed_pick_up(call: ServiceCall, now: Occasion) -> None:
    """Tell everybody that the branch could not hand it out, what happens next, and that it costs nothing."""
    tell(Saying("tell_of_failed_pick_up", SEE_BOOKING, facts=_wish), to=everybody(call), call=call, now=now)
    tell_released_helper(call, now)


def send_return_receipt(*, call: ServiceCall, held: Assignment, number: str, now: Occasion) -> None:
    """Send the helper the receipt for what was brought back to the branch."""

    def facts(telling: Telling) -> list[Fact]:
        receipt = Fact(gettext("Receipt"), number)
        return [receipt, Fact(gettext("Brought back"), telling.moment(now.at)), telling.order_number()]

    saying = HelperSaying("send_return_receipt", str(held.id), OPEN_APP, f"{settings.PUBLIC_URL}/app/", facts)
    tell_helper(saying, held, call, now)


def _wish(telling: Telling) -> list[Fact]:
    return [telling.what(), telling.when(), telling.order_number()]
