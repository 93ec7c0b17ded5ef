"""The one letter about what the helper recommends: the client orders at the brand's shop, or not."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from mila.booking.models import ServiceCall
from mila.kernel.occasion import Occasion
from mila.kernel.texts import say
from mila.messaging.actions.writing import Saying, tell
from mila.messaging.facts import Fact, Telling
from mila.messaging.letters import Choice
from mila.messaging.recipients import who_booked
from mila.partners.models import Product

SEE_PRODUCTS = _("See what is recommended")


def tell_of_products(call: ServiceCall, products: Sequence[Product], now: Occasion) -> None:
    """Tell who booked what the helper recommends, with a link to the shop for each; once a call and no more."""

    def facts(telling: Telling) -> list[Fact]:
        prices = [Fact(say(one.name, telling.language), telling.money(one.price)) for one in products]
        return [*prices, telling.order_number()]

    def links(telling: Telling) -> list[Choice]:
        names = [(say(one.name, telling.language), one.shop_url) for one in products]
        return [Choice(name, name, url) for name, url in names]

    saying = Saying("tell_of_products", SEE_PRODUCTS, once="once", page="#products", facts=facts, choices=links)
    tell(saying, to=who_booked(call)[:1], call=call, now=now)
