"""What is said about disputes: to the payer that the bank took the payment back, to the helper about the pay."""

from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking.models import ServiceCall
from mila.crowd.models import Provider
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.messaging.actions.writing import Facts, Saying, moment, tell, write
from mila.messaging.facts import Fact, Telling, earnings_page, support_of
from mila.messaging.letters import Content
from mila.messaging.recipients import account, payer

SEE_BOOKING = _("See your booking")
SEE_EARNINGS = _("See your earnings")


def tell_payer_of_dispute(call: ServiceCall, amount: Money, dispute: UUID, now: Occasion) -> None:
    """Tell the payer that their bank has taken a payment back, what it was for, and how to mend a mistake."""

    def facts(telling: Telling) -> list[Fact]:
        back = Fact(gettext("Taken back"), telling.money(amount))
        return [telling.what(), telling.when(), back, telling.order_number()]

    tell(Saying("tell_payer_of_dispute", SEE_BOOKING, facts, str(dispute)), to=[payer(call)], call=call, now=now)


def tell_helper_of_dispute(call: ServiceCall, provider: Provider, held: Money, now: Occasion) -> None:
    """Tell the provider's people that a part of what they earned is held until the bank has decided."""

    def facts(telling: Telling) -> list[Fact]:
        return [telling.what(), telling.when(), Fact(gettext("Held"), telling.money(held)), telling.order_number()]

    _tell_helpers("tell_helper_of_dispute", facts, call, provider, now)


def tell_helper_dispute_is_over(
    call: ServiceCall, provider: Provider, taken: Money, grounds: str, now: Occasion
) -> None:
    """Tell the provider's people that their money is free, or what of it is taken and why."""

    def facts(telling: Telling) -> list[Fact]:
        found = [telling.what(), telling.when()]
        if taken:
            found += [Fact(gettext("Taken of your earnings"), telling.money(taken)), Fact(gettext("Reason"), grounds)]
        return [*found, telling.order_number()]

    _tell_helpers("tell_helper_dispute_is_over", facts, call, provider, now, taken=bool(taken))


def _tell_helpers(
    template: str, facts: Facts, call: ServiceCall, provider: Provider, now: Occasion, **words: object
) -> None:
    def content(language: str) -> Content:
        told = facts(Telling(call, language, now.at))
        return Content(template, call.brand, earnings_page(), str(SEE_EARNINGS), support_of(call), words, told)

    for helper in provider.helpers.select_related("account"):
        write(to=account(helper.account), content=content, call=call, once=moment(now), at=now.at)
