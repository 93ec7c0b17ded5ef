"""The town with what stands beside its calls: changes, a case, disputes, errands to a branch, a shop, a photo."""

from uuid import uuid4

from django.test import Client
from tests.factories import a_brand, a_product, by, by_helper
from tests.house.who_may import WHO_MAY, Who
from tests.walks import quarter
from tests.weather.town import Town

from mila.crowd import actions as crowd
from mila.journey import actions as journey
from mila.kernel.occasion import Who as By
from mila.kernel.pictures import Picture
from mila.partners import shops
from mila.partners.adapters.shops import OrderState
from mila.partners.adapters.shops.test import orders
from mila.payments.models import Dispute
from mila.sites.now import now


class Outskirts(Town):
    """Town, where more has been asked for, fetched, ordered, and taken amiss."""

    def __init__(self) -> None:
        super().__init__()
        changing = quarter.changing(self.luca)
        contested = quarter.disputes(self.luca)
        self.counter = quarter.Counter(self.luca)
        self.luca_calls = [*changing, *self.luca_calls, *self.counter.calls, *contested]
        rated = self.calls[-1]
        self.calls = [*changing, *self.calls, *contested[:1]]
        said, face = by(By.CUSTOMER, now()), Picture(b"j", 1, 1)
        case = journey.open_case(call_id=rated.id, words="?", packages=("wifi-setup",), photos=(), now=said)
        product = a_product(packages=("wifi-setup",))
        shops.open_shop(brand=a_brand(), adapter=shops.STAND_IN, now=by(By.DESK, now()))
        order = orders.order(key=uuid4(), product=product, pieces=2, recommendation=None, back="", at=now())
        orders.move(order.pk, to=OrderState.CONFIRMED)
        self.others |= {
            "case_id": [case.pk],
            "dispute_id": list(Dispute.objects.order_by("id").values_list("pk", flat=True)),
            "face_id": [crowd.give_face(helper=self.luca, picture=face, now=by_helper(self.luca, now())).pk],
            "helper_id": [self.luca.pk],
            "number": [call.order_number for call in self.counter.calls],
            "order_id": [order.pk],
            "pick_up_id": [one.pk for one in self.counter.errands],
            "product_id": [product.pk],
        }

    def browser(self, route: str) -> Client:
        """Return the browser of somebody who may go there; a branch's tablet has pages of its own."""
        at_the_counter = WHO_MAY[route] in (Who.COUNTERS, Who.ITS_COUNTER)
        return self.counter.browser if at_the_counter else super().browser(route)
