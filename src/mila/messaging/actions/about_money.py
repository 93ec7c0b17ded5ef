"""What is said about signing off and paying; who pays hears it, and who may sign hears of the sign-off."""

from datetime import date

from babel.dates import format_date
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account
from mila.booking.models import ServiceCall
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.messaging.actions.voices import stars
from mila.messaging.actions.writing import Saying, tell, write
from mila.messaging.facts import Fact, Telling, earnings_page, own_support
from mila.messaging.letters import Content
from mila.messaging.recipients import account as reach
from mila.messaging.recipients import payer, who_booked, who_may_sign
from mila.messaging.rules import amount, locale_of
from mila.partners.queries import own_brand

SIGN_OFF = _("Look and sign off")
PAY = _("Pay now")
SECURE = _("Secure your visit")
SEE_RECEIPT = _("See your receipt")
SEE_EARNINGS = _("See your earnings")
LAST_DUNNING_DAY = 14


def ask_to_sign_off(call: ServiceCall, now: Occasion) -> None:
    """Ask who may sign to look at the work and the price and to sign off."""
    tell(Saying("ask_to_sign_off", SIGN_OFF, facts=_bill), to=who_may_sign(call), call=call, now=now)


def ask_to_sign_off_for_desk(call: ServiceCall, now: Occasion) -> None:
    """Ask who may sign to sign off a visit that our team has closed in the helper's place."""
    saying = Saying("ask_to_sign_off_for_desk", SIGN_OFF, facts=_bill)
    tell(saying, to=who_may_sign(call), call=call, now=now)


def remind_to_sign_off(call: ServiceCall, now: Occasion) -> None:
    """Remind who may sign."""
    tell(Saying("remind_to_sign_off", SIGN_OFF, facts=_bill), to=who_may_sign(call), call=call, now=now)


def remind_again_to_sign_off(call: ServiceCall, now: Occasion) -> None:
    """Remind who may sign that silence will count as a yes."""
    tell(Saying("remind_again_to_sign_off", SIGN_OFF, facts=_bill), to=who_may_sign(call), call=call, now=now)


def tell_signed_by_hand(call: ServiceCall, now: Occasion) -> None:
    """Tell who booked and who pays that somebody has signed off on the helper's phone, and what to do if wrongly."""
    tell(Saying("tell_signed_by_hand", SEE_RECEIPT, facts=_bill), to=who_booked(call), call=call, now=now)


def announce_silent_sign_off(call: ServiceCall, now: Occasion) -> None:
    """Tell who booked that silence was taken as a yes, and how to object."""
    tell(Saying("announce_silent_sign_off", SEE_RECEIPT, facts=_bill), to=who_booked(call), call=call, now=now)


def send_receipt(call: ServiceCall, now: Occasion) -> None:
    """Send who booked every line of the price, and thanks."""
    saying = Saying("send_receipt", SEE_RECEIPT, facts=_bill, choices=stars)
    tell(saying, to=who_booked(call), call=call, now=now)


def ask_to_pay(call: ServiceCall, now: Occasion) -> None:
    """Send the payer a link to pay, since the means of payment was declined."""
    tell(Saying("ask_to_pay", PAY, facts=_bill), to=[payer(call)], call=call, now=now)


def dun(call: ServiceCall, now: Occasion) -> None:
    """Remind the payer of the open amount: once per day, so that a clock that stood still does not dun in heaps."""
    days = (now.at - call.since).days
    words: dict[str, object] = {"last": days >= LAST_DUNNING_DAY}
    tell(Saying("dun", PAY, once=f"day-{days}", facts=_bill, words=words), to=[payer(call)], call=call, now=now)


def ask_to_secure(call: ServiceCall, now: Occasion) -> None:
    """Send the payer a link to another means of payment, since no hold was granted; once an hour at most."""
    once = now.at.strftime("%Y-%m-%dT%H")
    tell(Saying("tell_unsecured", SECURE, once=once, facts=_bill), to=[payer(call)], call=call, now=now)


def tell_paid_out(*, account: Account, money: Money, run_on: date, country: str, now: Occasion) -> None:
    """Tell a provider's person that the day's earnings are on their way to the bank."""

    def content(language: str) -> Content:
        brand = own_brand()
        locale = locale_of(language, country)
        on = format_date(run_on, "full", locale=locale)
        facts = [Fact(str(_("Amount")), amount(money, locale)), Fact(str(_("Date")), on)]
        return Content(
            "tell_paid_out", brand, earnings_page(), str(SEE_EARNINGS), own_support(brand, country), facts=facts
        )

    write(to=reach(account), content=content, call=None, once=f"{run_on}-{money.currency}", at=now.at)


def _bill(telling: Telling) -> list[Fact]:
    return [*telling.lines(), telling.order_number()]
