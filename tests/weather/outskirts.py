"""The town with what stands beside its calls: changes, a case, disputes, errands to a branch, a shop, a photo."""

from uuid import uuid4

from django.test import Client
from tests.factories import a_brand, a_helper, a_product, by, by_helper
from tests.house.who_may import AT_COUNTERS, WHO_MAY
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
        mia = a_helper("Mia", level=5)  # Luca has an offer in hand, and is asked nothing else
        self.browsers["luca"] = Client()
        self.browsers["luca"].force_login(mia.account)
        changing = quarter.changing(mia)
        contested = quarter.disputes(mia)
        self.counter = quarter.Counter(mia)
        self.luca_calls = [*changing[:2], *self.counter.calls[:3], contested[0]]
        rated = self.calls[-1]
        self.calls = [*changing[:2], contested[0], rated]
        said, face = by(By.CUSTOMER, now()), Picture(b"j", 1, 1)
        case = journey.open_case(call_id=rated.id, words="?", packages=("wifi-setup",), photos=(), now=said)
        product = a_product(packages=("wifi-setup",))
        shops.open_shop(brand=a_brand(), adapter=shops.STAND_IN, now=by(By.DESK, now()))
        order = orders.order(key=uuid4(), product=product, pieces=2, recommendation=None, back="", at=now())
        orders.move(order.pk, to=OrderState.CONFIRMED)
        self.others |= {
            "case_id": [case.pk],
            "dispute_id": list(Dispute.objects.order_by("id").values_list("pk", flat=True)),
            "face_id": [crowd.give_face(helper=mia, picture=face, now=by_helper(mia, now())).pk],
            "helper_id": [mia.pk],
            "number": [call.order_number for call in self.counter.calls],
            "order_id": [order.pk],
            "pick_up_id": [one.pk for one in self.counter.errands],
            "product_id": [product.pk],
            "sale_id": [one.pk for one in self.counter.sales],
            "suggestion_id": [one.pk for one in reversed(self.counter.recommended)],
        }

    def browser(self, route: str) -> Client:
        """Return the browser of somebody who may go there; a branch's tablet has pages of its own."""
        return self.counter.browser if WHO_MAY[route] in AT_COUNTERS else super().browser(route)
