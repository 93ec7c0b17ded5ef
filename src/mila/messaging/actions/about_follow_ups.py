"""What is said about a further visit that the helper prepares: the client is asked, the helper hears the answer."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking.actions import PriceOffer
from mila.booking.models import FollowUp, LineKind, ServiceCall
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.kernel.texts import say
from mila.messaging.actions.writing import Saying, tell, write
from mila.messaging.facts import Fact, Telling, support_of, visit_page
from mila.messaging.letters import Content
from mila.messaging.recipients import account, devices, who_booked, who_waits

LOOK = _("Look at the further visit")
CHOOSE = _("See your choices")
OPEN_VISIT = _("Open the visit")


def offer_follow_up(call: ServiceCall, follow_up: FollowUp, offer: PriceOffer, now: Occasion) -> None:
    """Tell who booked what the helper has prepared, with its price and times; nothing is booked yet."""

    def facts(telling: Telling) -> list[Fact]:
        names = [say(line.description, telling.language) for line in offer.lines if line.kind == LineKind.PACKAGE]
        times = [telling.window(start) for start in follow_up.starts]
        word = [Fact(gettext("A word from your helper"), follow_up.note)] if follow_up.note else []
        return [
            Fact(gettext("What"), ", ".join(names)),
            *[Fact(gettext("Possible time"), words) for words in times],
            Fact(gettext("Price in all"), telling.money(Money(offer.total, offer.currency))),
            *word,
        ]

    saying = Saying("offer_follow_up", LOOK, facts, str(follow_up.id), page="follow-up/")
    tell(saying, to=who_booked(call), call=call, now=now)


def ask_whether_others(call: ServiceCall, now: Occasion, once: str) -> None:
    """Ask who booked whether others may be asked, since the one they wish for cannot come; once a search."""
    name = call.preferred_helper.first_name if call.preferred_helper else ""
    saying = Saying("ask_whether_others", CHOOSE, _visit, once, {"helper": name})
    tell(saying, to=who_waits(call), call=call, now=now)


def tell_helper_of_follow_up(call: ServiceCall, follow_up: FollowUp, now: Occasion) -> None:
    """Tell the helper, by mail and on every device, what has become of it; without a word about the client."""
    helper, words = follow_up.assignment.helper, {"state": follow_up.state}

    def letter(language: str) -> Content:
        telling = Telling(call, language, now.at)
        facts = [telling.what(), telling.order_number()]
        label = str(OPEN_VISIT)
        return Content("tell_helper_of_follow_up", call.brand, visit_page(call), label, support_of(call), words, facts)

    def word(_language: str) -> Content:
        return Content("tell_helper_of_follow_up", call.brand, visit_page(call), "", None, words)

    once = f"{follow_up.id}-{follow_up.state}"
    write(to=account(helper.account), content=letter, call=call, once=once, at=now.at)
    for device in devices(helper):
        write(to=device, content=word, call=call, once=once, at=now.at)


def _visit(telling: Telling) -> list[Fact]:
    return [telling.what(), telling.when(), telling.order_number()]
