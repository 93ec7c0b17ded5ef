"""A town with a call at every stage that has forms, and whose browser opens which door."""

import re
from datetime import UTC, datetime, time, timedelta
from itertools import product

from django.test import Client
from tests.factories import (
    a_confirmed_call,
    a_country,
    a_done_call,
    a_drafted_call,
    a_helper,
    a_requested_call,
    an_account,
    an_offer,
    by,
    by_helper,
)
from tests.further import a_code, prepares
from tests.house.who_may import WHO_MAY, Who
from tests.sites.customer import conftest as visitor
from tests.story import signed_off

from mila.accounts.models import DeskSeat, Passkey
from mila.booking.models import ServiceCall
from mila.crowd.models import Helper
from mila.dispatch.models import Weights
from mila.journey import actions as journey
from mila.kernel.ids import new_id
from mila.kernel.occasion import Who as By
from mila.messaging.actions import add_stand_in_device
from mila.messaging.models import Message
from mila.partners.queries import own_brand
from mila.payments import actions as payments
from mila.quality import inquiries
from mila.quality.inquiries import Asker
from mila.quality.models import Inquiry
from mila.sites.now import now

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
CUSTOMERS = (Who.EVERYBODY, Who.WHO_HAS_THE_LINK, Who.WHO_HAS_THE_LINK_LATER, Who.DEMONSTRATION)


class Town:
    """Anna's calls, Luca's visits, Dana at the desk."""

    def __init__(self) -> None:
        at = now()
        self.luca = a_helper("Luca")
        self.dana = an_account("dana@mila.example")
        DeskSeat.objects.create(account=self.dana, name="Dana", role="admin")
        drafted = a_drafted_call(at, key="drafted")
        means = journey.ask_for_means(call_id=drafted.id, now=by(By.CUSTOMER, at))
        self.page = payments.open_means_session(means=means, return_url="/s/x/", now=by(By.CUSTOMER, at))
        soon = a_confirmed_call(self.luca, at, starts_at=_afternoon(4), key="confirmed")
        done = a_done_call(self.luca, at - timedelta(days=3), starts_at=_afternoon(-1), key="done")
        rated = a_done_call(self.luca, at - timedelta(days=5), starts_at=_afternoon(-3), key="rated")
        signed_off(rated, rated.since + timedelta(minutes=5))
        self.luca_calls = [soon, self._at_the_door(), done]
        asked = a_requested_call(at, starts_at=_afternoon(6), key="asked")
        self.offer = an_offer(asked, at)
        self.calls = [drafted, asked, soon, done, rated]
        prepares(self.luca, done, at)
        a_code(done, at)
        self.others = self._others()
        self.browsers = {"anna": Client(), "luca": Client(), "dana": Client()}
        self.browsers["luca"].force_login(self.luca.account)
        self.browsers["dana"].force_login(self.dana)
        visitor.to_the_check(self.browsers["anna"])

    def _at_the_door(self) -> ServiceCall:
        call = a_confirmed_call(self.luca, now() - timedelta(days=4), starts_at=_afternoon(-2), key="door")
        there = by_helper(self.luca, _afternoon(-2))
        journey.set_out(call_id=call.id, now=there)
        return journey.arrive(call_id=call.id, now=there)

    def _others(self) -> dict[str, list[object]]:
        first = Weights.objects.get(version=1)
        draft = Weights.objects.create(
            version=2, values=first.values, drafted_by=self.dana, reason="x", drafted_at=now()
        )
        passkey = Passkey.objects.create(
            account=self.luca.account, credential=b"c", public_key=b"k", sign_count=0, name="Key", made_at=now()
        )
        return {
            "inquiry_id": [self._asked(self.luca).pk],
            "inquiry_key": [self._asked(None).key],
            "message_id": [Message.objects.latest("made_at").pk],
            "device_id": [add_stand_in_device(account=self.luca.account, at=now()).pk],
            "passkey_id": [passkey.pk],
            "weights_id": [first.pk, draft.pk],
            "page_id": [self.page.rstrip("/").rsplit("/", 1)[-1]],
            "name": ["set-out", "finish"],
            "word": ["keep"],
            "country": ["ch"],
            "slug": ["mila"],
            "package": ["wifi-setup"],
            "family": ["internet"],
            "person": ["luca"],
            "order_number": [self.calls[2].order_number],
        }

    def _asked(self, helper: Helper | None) -> Inquiry:
        asker = Asker(own_brand(), a_country(), "Anna", "anna@customers.example", "", "de", helper=helper)
        return inquiries.ask(asker=asker, words="?", key=str(new_id()), now=by(By.CUSTOMER, now()))

    def addresses(self, route: str) -> list[str]:
        """Return the addresses of a route, one for each thing of its kind."""
        names = ARGUMENT.findall(route)
        filled = product(*(self._things(route, name) for name in names))
        return ["/" + _put(route, dict(zip(names, one, strict=True))).lstrip("/") for one in filled]

    def _things(self, route: str, name: str) -> list[object]:
        if name == "call_id":
            return [call.pk for call in (self.luca_calls if route.startswith("app/") else self.calls)]
        if name == "key":
            if route.startswith("s/"):
                return [call.status_key for call in self.calls]
            return [self.offer.link_key if route.startswith("o/") else self.offer.key]
        return self.others.get(name, [new_id()])

    def browser(self, route: str) -> Client:
        """Return the browser of somebody who may go there."""
        who = WHO_MAY[route]
        if who in CUSTOMERS:
            return self.browsers["anna"]
        return self.browsers["dana" if who in (Who.DESK, Who.DESK_LATER) else "luca"]


def _put(route: str, things: dict[str, object]) -> str:
    return ARGUMENT.sub(lambda found: str(things[found[1]]), route)


def _afternoon(days: int) -> datetime:
    return datetime.combine(now().date() + timedelta(days=days), time(13), UTC)
