"""What is said about the cost of a cancellation or a journey in vain, to who pays."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking.models import ServiceCall
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.messaging.actions.writing import Facts, Saying, tell
from mila.messaging.facts import Fact, Telling
from mila.messaging.recipients import payer

PAY = _("Pay now")
SEE_RECEIPT = _("See your receipt")


def ask_to_pay_cancellation(call: ServiceCall, cost: Money, now: Occasion) -> None:
    """Send the payer a link to pay what cancelling cost, since the means of payment was declined."""
    _tell("ask_to_pay_cancellation", "once", PAY, call, cost, now)


def dun_cancellation(call: ServiceCall, cost: Money, now: Occasion, *, number: int, is_last: bool) -> None:
    """Remind the payer of what cancelling cost; `number` counts the reminders from 1."""
    _tell("dun_cancellation", str(number), PAY, call, cost, now, {"last": is_last})


def send_cancellation_receipt(call: ServiceCall, cost: Money, now: Occasion) -> None:
    """Send the payer the receipt of what cancelling cost."""
    _tell("send_cancellation_receipt", "once", SEE_RECEIPT, call, cost, now)


def _tell(  # noqa: PLR0913, PLR0917 - who is told what, on which occasion
    template: str,
    once: str,
    label: str | Promise,
    call: ServiceCall,
    cost: Money,
    now: Occasion,
    words: Mapping[str, object] | None = None,
) -> None:
    tell(Saying(template, label, _cost(cost), once, words or {}), to=[payer(call)], call=call, now=now)


def _cost(cost: Money) -> Facts:
    def facts(telling: Telling) -> list[Fact]:
        amount = Fact(gettext("Cost of cancelling"), telling.money(cost))
        return [telling.what(), telling.when(), amount, telling.order_number()]

    return facts
