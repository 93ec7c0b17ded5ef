"""A helper recommends products to the client. Each verb is one transaction under the call's row lock."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import Assignment, ServiceCall, Stage
from mila.journey import aftercare, machine
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners import queries as partners
from mila.partners.models import Product
from mila.payments import sales as sold
from mila.visit import actions as visit
from mila.visit import queries as visits
from mila.visit.products import Suggestion

AFTER_THE_YES = (Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED, Stage.CLOSED)


class NotForThisCall(Refusal):
    """Another brand's product on a brand's call, or one that is not sold there (guide: only products specific)."""

    code = "not_for_this_call"
    sentence = _("This product cannot be recommended at this visit. Please choose one of the list.")


class ClientKnows(Refusal):
    """The client was told of what was recommended."""

    code = "client_knows"
    sentence = _("The client has been told already, so that it cannot be taken back.")


class ClientHasOrdered(Refusal):
    """The client has ordered what was recommended."""

    code = "client_has_ordered"
    sentence = _("The client has ordered this product already, so that it cannot be taken back.")


def suggest_product(*, call_id: UUID, product_id: UUID, now: Occasion) -> Suggestion:
    """Recommend a product to the client, as the helper of the visit.

    Before the sign-off the client is told with it, after it at once: by one letter in all. Refuses strangers,
    products of another brand on a brand's call, a fourth one, and when it is too late.
    """
    with transaction.atomic():
        held = _of_helper(call_id, now)
        row = visit.suggest(held=held, product=_product(held.call, product_id), now=now)
        if held.call.stage in AFTER_THE_YES:
            aftercare.tell_of_products(held.call, now)
        return row


def take_product_back(*, call_id: UUID, product_id: UUID, now: Occasion) -> None:
    """Take a recommendation back, as long as the client was not told; refuses it after the sign-off or an order."""
    with transaction.atomic():
        held = _of_helper(call_id, now)
        if held.call.stage in AFTER_THE_YES:
            raise ClientKnows
        product = _product(held.call, product_id)
        if any(sold.is_ordered(row.pk) for row in visits.suggestions(held) if row.product_id == product.pk):
            raise ClientHasOrdered
        visit.take_suggestion_back(held=held, product=product)


def _product(call: ServiceCall, product_id: UUID) -> Product:
    found = partners.products(brand=call.brand, country=call.country_id).filter(pk=product_id).first()
    if found is None:
        raise NotForThisCall
    return found


def _of_helper(call_id: UUID, now: Occasion) -> Assignment:
    held = booking.last_assignment(machine.lock(call_id))
    if held is None or held.helper_id != now.actor:
        raise NotYourVisit
    return held
