"""What is said about guarantee cases: the customer and the helper each hear that, by when, and how it ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.messaging.actions.writing import Facts, Saying, moment, tell, write
from mila.messaging.facts import Fact, Telling, support_of
from mila.messaging.letters import Content
from mila.messaging.recipients import account, payer, who_booked

SEE_CASE = _("See your case")
SEE_RECEIPT = _("See your receipt")
SAY_YOUR_SIDE = _("Say your side")


@dataclass(frozen=True, slots=True)
class Decided:
    """How a case ended: its outcome, the reason in the desk's words, what goes back, and what the helper carries."""

    case: UUID
    outcome: str
    reason: str
    refunded: Money
    carried: Money


def confirm_case(call: ServiceCall, now: Occasion, hear_by: datetime) -> None:
    """Tell who booked that the case has arrived, and until when the helper is heard."""

    def facts(telling: Telling) -> list[Fact]:
        return [telling.what(), Fact(gettext("The helper answers by"), telling.moment(hear_by)), telling.order_number()]

    saying = Saying("confirm_case", SEE_CASE, facts, moment(now), page="case/")
    tell(saying, to=who_booked(call), call=call, now=now)


def ask_helper_about_case(call: ServiceCall, now: Occasion, hear_by: datetime) -> None:
    """Ask the helper for their side, by the deadline."""

    def facts(telling: Telling) -> list[Fact]:
        return [telling.what(), Fact(gettext("Please answer by"), telling.moment(hear_by)), telling.order_number()]

    _tell_helper("ask_helper_about_case", facts, call, now)


def tell_helper_case_goes_on(call: ServiceCall, now: Occasion) -> None:
    """Tell the helper that the time to answer is over and the desk decides on what there is."""
    _tell_helper("tell_helper_case_goes_on", _visit, call, now)


def tell_of_decision(call: ServiceCall, decided: Decided, now: Occasion) -> None:
    """Tell who booked how the case ended, with the reason."""

    def facts(telling: Telling) -> list[Fact]:
        back = [Fact(gettext("You get back"), telling.money(decided.refunded))] if decided.refunded else []
        return [telling.what(), *back, Fact(gettext("Reason"), decided.reason), telling.order_number()]

    words = {"outcome": decided.outcome}
    saying = Saying("tell_of_decision", SEE_CASE, facts, str(decided.case), words, page="case/")
    tell(saying, to=who_booked(call), call=call, now=now)


def tell_helper_of_decision(call: ServiceCall, decided: Decided, now: Occasion) -> None:
    """Tell the helper how the case ended, with the reason and what it takes of the earnings."""

    def facts(telling: Telling) -> list[Fact]:
        carried = [Fact(gettext("Taken of your earnings"), telling.money(decided.carried))] if decided.carried else []
        return [telling.what(), *carried, Fact(gettext("Reason"), decided.reason), telling.order_number()]

    _tell_helper("tell_helper_of_decision", facts, call, now, outcome=decided.outcome, carried=bool(decided.carried))


def tell_refunded(call: ServiceCall, amount: Money, now: Occasion) -> None:
    """Tell the payer that the money is on its way back."""

    def facts(telling: Telling) -> list[Fact]:
        return [telling.what(), Fact(gettext("You get back"), telling.money(amount)), telling.order_number()]

    tell(Saying("tell_refunded", SEE_RECEIPT, facts, moment(now)), to=[payer(call)], call=call, now=now)


def _visit(telling: Telling) -> list[Fact]:
    return [telling.what(), telling.when(), telling.order_number()]


def _tell_helper(template: str, facts: Facts, call: ServiceCall, now: Occasion, **words: object) -> None:
    held = booking.last_assignment(call)
    if held is None:
        return
    label: str | Promise = SAY_YOUR_SIDE if template == "ask_helper_about_case" else _("See the case")

    def content(language: str) -> Content:
        link = f"{settings.PUBLIC_URL}/app/visits/{call.id}/case/"
        told = facts(Telling(call, language, now.at))
        return Content(template, call.brand, link, str(label), support_of(call), words, told)

    write(to=account(held.helper.account), content=content, call=call, once=moment(now), at=now.at)
