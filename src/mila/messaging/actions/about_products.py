"""The one letter about what the helper recommends, which the client orders or not; and what that earns the helper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ServiceCall
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.kernel.texts import say
from mila.messaging.actions.to_helper import HelperSaying, tell_helper
from mila.messaging.actions.writing import Saying, tell
from mila.messaging.facts import Fact, Telling, earnings_page
from mila.messaging.letters import Choice
from mila.messaging.recipients import who_booked
from mila.partners.models import Product

SEE_PRODUCTS = _("See what is recommended")
SEE_EARNINGS = _("See your earnings")


def tell_of_products(call: ServiceCall, ways: Sequence[tuple[Product, str]], now: Occasion) -> None:
    """Tell who booked what the helper recommends, each with its address in the shop; once a call and no more."""

    def facts(telling: Telling) -> list[Fact]:
        prices = [Fact(say(one.name, telling.language), telling.money(one.price)) for one, _address in ways]
        return [*prices, telling.order_number()]

    def links(telling: Telling) -> list[Choice]:
        names = [(say(one.name, telling.language), address) for one, address in ways]
        return [Choice(name, name, url) for name, url in names]

    saying = Saying("tell_of_products", SEE_PRODUCTS, once="once", page="#products", facts=facts, choices=links)
    tell(saying, to=who_booked(call)[:1], call=call, now=now)


@dataclass(frozen=True, slots=True)
class Earned:
    """What a sale earns the helper, and until when the product can be returned."""

    sale: UUID
    pay: Money
    until: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a sale had earned the helper; where it was paid, the next pay-outs are smaller by it.

    `part` is how much of the order came back so far, where the rest was kept.
    """

    sale: UUID
    pay: Money
    was_paid: bool
    part: Money | None = None


def tell_helper_of_sale(call: ServiceCall, held: Assignment, product: Product, earned: Earned, now: Occasion) -> None:
    """Tell the helper that a brand confirms the order of what they recommended, and what it earns them from when on."""

    def facts(telling: Telling) -> list[Fact]:
        pay = Fact(gettext("You earn"), telling.money(earned.pay))
        paid = Fact(gettext("Paid out after"), telling.moment(earned.until))
        return [_what(product, telling), pay, paid, telling.order_number()]

    saying = HelperSaying("tell_helper_of_sale", str(earned.sale), SEE_EARNINGS, earnings_page(), facts)
    tell_helper(saying, held, call, now)


def tell_helper_of_return(
    call: ServiceCall, held: Assignment, product: Product, taken: TakenBack, now: Occasion
) -> None:
    """Tell the helper that what they recommended came back, in part or whole, or was cancelled, and what it takes."""

    def facts(telling: Telling) -> list[Fact]:
        label = gettext("Deducted from your next pay-out") if taken.was_paid else gettext("No longer earned")
        return [_what(product, telling), Fact(label, telling.money(taken.pay)), telling.order_number()]

    whole = HelperSaying("tell_helper_of_return", str(taken.sale), SEE_EARNINGS, earnings_page(), facts)
    part = taken.part
    if part is None:
        tell_helper(whole, held, call, now)
        return
    once = f"{taken.sale}-{part.minor}"
    tell_helper(replace(whole, template="tell_helper_of_part_return", once=once), held, call, now)


def _what(product: Product, telling: Telling) -> Fact:
    return Fact(gettext("Product"), say(product.name, telling.language))
