"""What a helper recommends to the client: few products, each once, from the acceptance to some days after."""

from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners.models import Product
from mila.visit.actions.talk import is_open
from mila.visit.products import MOST_SUGGESTED, Suggestion


class SuggestingClosed(Refusal):
    """Nothing can be recommended (any more)."""

    code = "suggesting_closed"
    sentence = _("You can recommend products from the acceptance until three days after the visit.")


class TooManyProducts(Refusal):
    """Three products are recommended already."""

    code = "too_many_products"
    sentence = _("You have recommended three products, and more would not help. Take one back first.")


def suggest(*, held: Assignment, product: Product, now: Occasion) -> Suggestion:
    """Recommend a product to the client; once more changes nothing. Refuses a fourth, and when it is too late."""
    if not is_open(held, now):
        raise SuggestingClosed
    rows = {row.position: row for row in Suggestion.objects.filter(assignment=held)}
    stands = next((row for row in rows.values() if row.product_id == product.pk), None)
    if stands is not None:
        return stands
    free = [place for place in range(1, MOST_SUGGESTED + 1) if place not in rows]
    if not free:
        raise TooManyProducts
    return Suggestion.objects.create(assignment=held, product=product, position=free[0], at=now.at)


def take_suggestion_back(*, held: Assignment, product: Product) -> bool:
    """Take a recommendation back; return whether there was one."""
    return bool(Suggestion.objects.filter(assignment=held, product=product).delete()[0])
