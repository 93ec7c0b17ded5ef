"""What is said about a change of what was booked: who pays is asked and gets it in writing, the helper hears of it."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.changes import lines_of
from mila.booking.models import ChangeRequest, ServiceCall
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.kernel.texts import say
from mila.messaging.actions.writing import Facts, Saying, tell, write
from mila.messaging.facts import Fact, Telling, support_of, visit_page
from mila.messaging.letters import Content
from mila.messaging.recipients import account, devices, payer, who_booked

LOOK = _("Look at the change")
SEE_BOOKING = _("See your booking")
OTHER_MEANS = _("Give other means of payment")
OPEN_VISIT = _("Open the visit")


def ask_for_change(call: ServiceCall, change: ChangeRequest, now: Occasion) -> None:
    """Ask who pays for another price, with the old one, the new one and why; where the brand pays, the desk asks it."""
    if not booking.brand_pays(call):
        saying = Saying("ask_for_change", LOOK, _prices(change), str(change.id))
        tell(saying, to=[payer(call)], call=call, now=now)


def confirm_change(call: ServiceCall, change: ChangeRequest, now: Occasion) -> None:
    """Give who booked and who pays the approved change in writing, before the work goes on (LAW-36)."""
    tell(
        Saying("confirm_change", SEE_BOOKING, _new_price(change), str(change.id)),
        to=who_booked(call),
        call=call,
        now=now,
    )


def ask_for_other_means(call: ServiceCall, change: ChangeRequest, now: Occasion) -> None:
    """Ask who pays for other means of payment, since the bank does not cover the change that they agreed to."""
    saying = Saying("ask_for_other_means", OTHER_MEANS, _prices(change), str(change.id))
    tell(saying, to=[payer(call)], call=call, now=now)


def tell_change_failed(call: ServiceCall, change: ChangeRequest, now: Occasion) -> None:
    """Tell who pays that the change they agreed to does not hold: the bank did not cover it, or it does not fit."""
    words: dict[str, object] = {"state": change.state}
    saying = Saying("tell_change_failed", SEE_BOOKING, _prices(change), str(change.id), words)
    tell(saying, to=[payer(call)], call=call, now=now)


def tell_helper_of_change(call: ServiceCall, change: ChangeRequest, now: Occasion) -> None:
    """Tell the helper, by mail and on every device, what has become of the change; without a word of its content."""
    helper, words = change.assignment.helper, {"state": change.state}

    def letter(language: str) -> Content:
        telling = Telling(call, language, now.at)
        facts = [telling.what(), telling.when(), telling.order_number()]
        label = str(OPEN_VISIT)
        return Content("tell_helper_of_change", call.brand, visit_page(call), label, support_of(call), words, facts)

    def word(_language: str) -> Content:
        return Content("tell_helper_of_change", call.brand, visit_page(call), "", None, words)

    once = f"{change.id}-{change.state}"
    write(to=account(helper.account), content=letter, call=call, once=once, at=now.at)
    for device in devices(helper):
        write(to=device, content=word, call=call, once=once, at=now.at)


def _prices(change: ChangeRequest) -> Facts:
    def facts(telling: Telling) -> list[Fact]:
        return [
            Fact(gettext("Reason"), f"{change.get_reason_display()}: {change.words}"),
            *_lines(change, telling),
            Fact(gettext("Price so far"), telling.money(Money(change.base.total, change.currency))),
            Fact(gettext("New price in all"), telling.money(Money(change.total, change.currency))),
            Fact(gettext("Difference"), signed(telling, change)),
            telling.order_number(),
        ]

    return facts


def _new_price(change: ChangeRequest) -> Facts:
    def facts(telling: Telling) -> list[Fact]:
        before = Fact(gettext("Price so far"), telling.money(Money(change.base.total, change.currency)))
        return [before, *telling.lines(), telling.order_number()]

    return facts


def _lines(change: ChangeRequest, telling: Telling) -> list[Fact]:
    return [
        Fact(say(line.description, telling.language), telling.money(Money(line.amount, change.currency)))
        for line in lines_of(change)
    ]


def signed(telling: Telling, change: ChangeRequest) -> str:
    """Return the difference with its sign, such as `+ CHF 39.00`."""
    amount = telling.money(Money(abs(change.difference), change.currency))
    return f"+ {amount}" if change.difference >= 0 else f"− {amount}"
