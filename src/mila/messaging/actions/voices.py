"""What customers are asked after a visit: stars for it, and whether they recommend the brand."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mila.booking.models import ServiceCall
from mila.kernel.occasion import Occasion
from mila.messaging.actions.writing import Saying, tell
from mila.messaging.facts import Fact, Telling, status_page
from mila.messaging.letters import Choice
from mila.messaging.recipients import who_booked

RATE = _("Rate the visit")
ANSWER = _("Answer")


def stars(telling: Telling) -> list[Choice]:
    """Return a link for each number of stars: the page shows them chosen, and a press stores them."""
    page = f"{status_page(telling.call)}rate/?stars="
    return [
        Choice(
            f"{number} ★", ngettext("%(count)s star", "%(count)s stars", number) % {"count": number}, f"{page}{number}"
        )
        for number in range(1, 6)
    ]


def remind_to_rate(call: ServiceCall, now: Occasion) -> None:
    """Remind who booked to rate the visit, once and no more."""
    saying = Saying("remind_to_rate", RATE, once="once", facts=_visit, page="rate/", choices=stars)
    tell(saying, to=who_booked(call)[:1], call=call, now=now)


def ask_to_recommend(call: ServiceCall, now: Occasion) -> None:
    """Ask who booked how likely they recommend the brand, from 0 to 10, once."""
    saying = Saying("ask_to_recommend", ANSWER, once="once", page="recommend/", choices=_scores)
    tell(saying, to=who_booked(call)[:1], call=call, now=now)


def _scores(telling: Telling) -> list[Choice]:
    page = f"{status_page(telling.call)}recommend/?score="
    said = gettext("%(score)s of 10")
    return [Choice(str(score), said % {"score": score}, f"{page}{score}") for score in range(11)]


def _visit(telling: Telling) -> list[Fact]:
    return [telling.what(), telling.when(), telling.order_number()]
