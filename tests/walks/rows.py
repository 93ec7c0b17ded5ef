"""What a walk finds in the house when it begins: a helper of its own with a visit, so that no walk hangs on another.

Run inside the house (`House.prepared`): makes the rows by the verbs of the journey, and prints what the walk needs.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from secrets import token_hex
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.test import Client
from tests.factories import (
    BUNDESPLATZ,
    a_branch,
    a_brand,
    a_counter,
    a_country,
    a_helper,
    a_package,
    a_price,
    a_signature,
    an_errand,
    an_offer,
    by,
    by_helper,
)

from mila.accounts.models import Account
from mila.accounts.ways import TWO_FACTORS
from mila.booking.actions import AddressGiven, BookingGiven, PersonGiven, TimeGiven
from mila.booking.given import PickUpGiven
from mila.booking.models import AssignmentState, ServiceCall, Stage, TimeWish
from mila.catalog.models import Package
from mila.crowd.models import HeldSkill, Helper
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Who
from mila.kernel.refusal import Refusal
from mila.partners.models import Branch, Brand, ContractText
from mila.payments.models import Means, MeansState
from mila.simulation.people import LUCA, SARA
from mila.sites.now import now
from mila.visit.models import ContactOutcome
from mila.visit.queries import introduction

OUTLET = {"code": "outlet", "text": {"de": "Steckdosen"}, "asks": {"kind": "photo"}}
MEASURED = {
    "code": "measure",
    "text": {"de": "Messen"},
    "asks": {"kind": "number", "unit": "Mbit/s", "high": 1000},
}


CABLE = {"code": "cable", "text": {"de": "Kabel verlegen"}}


def a_visit() -> dict[str, str]:
    """Prepare a visit for which its helper has just set out, with a step that asks for a number and one for a photo.

    A package with a step of its own can be added.
    """
    helper, call = _confirmed(a_brand(), "walked")
    _to_add()
    ServiceCall.objects.filter(pk=call.pk).update(visit_starts_at=now())
    call = journey.set_out(call_id=call.pk, now=by_helper(helper, now()))
    call.assignments.update(accepted_at=now() - timedelta(days=1))
    codes = introduction(call.assignments.get())
    assert codes
    return {**_of_helper(helper), "visit": f"/app/visits/{call.pk}/", "status": f"/s/{call.status_key}/"} | {
        "code": codes.client_code
    }


def a_counter_with_errands() -> dict[str, str]:
    """Prepare a branch with its tablet and three errands: one to hand out, one to refuse, one that has to come back."""
    brand = a_brand("walked", is_own=False)
    branch = a_branch(f"walked-{token_hex(3)}", brand=brand)
    seat = a_counter(branch, branch.code)
    orders = [_confirmed(brand, "walked-soundbar", branch) for _ in range(3)]
    (helper, out), (_other, missing), (_third, back) = orders
    row, said = an_errand(back), by(Who.BRAND, now(), seat.account_id)
    journey.hand_out(pick_up_id=row.pk, branch_id=branch.pk, code=row.code, id_matches=True, now=said)
    journey.cancel_by_desk(call_id=back.pk, reason="Asked for by telephone", now=by(Who.DESK, now()))
    found = {"number": out.order_number, "missing": missing.order_number, "back": back.order_number}
    return {**_of_helper(helper), **found, "visit": f"/app/visits/{out.pk}/"} | {
        "counter": _session(seat.account, TWO_FACTORS)
    }


def a_free_day() -> dict[str, str]:
    """Free the two helpers whom every demonstration meets, and end every search that walks before have left behind."""
    them = Q(assignments__helper__account__email__in=[LUCA.email, SARA.email])
    held = them & Q(assignments__state=AssignmentState.ACTIVE)
    for call in ServiceCall.objects.filter(held | Q(stage=Stage.REQUESTED)).distinct():
        with suppress(Refusal):  # what is signed off binds nobody any more
            journey.cancel_by_desk(call_id=call.pk, reason="Left behind", now=by(Who.DESK, now()))
    return {}


def _confirmed(brand: Brand, code: str, branch: Branch | None = None) -> tuple[Helper, ServiceCall]:
    """Return a new helper, alone in being able to, and a visit that he has confirmed."""
    package = _package(code, brought=branch is not None)
    _able(package).delete()
    helper = a_helper(f"Mia{token_hex(2)}")
    for contract in ContractText.objects.filter(brand=brand):
        a_signature(helper, contract)
    if branch is not None:
        a_price(brand, package, model="partner_principal", payer="brand", provider_pay=6400)
    else:
        a_price(brand, package)
    at = now()
    call = journey.book(given=_booking(brand, code, branch), now=by(Who.BRAND if branch else Who.CUSTOMER, at))
    if branch is None:
        saved = {"state": MeansState.SAVED, "asked_at": at, "saved_at": at}
        Means.objects.create(call=call, reference="means_4242", label="Visa •••• 4242", **saved)
        with transaction.atomic():
            machine.take("secure", call=machine.lock(call.id), now=by(Who.BANK, at))
    offer = an_offer(call, at)
    journey.acknowledge(offer_key=offer.key, now=by_helper(helper, at))
    journey.accept(offer_key=offer.key, now=by_helper(helper, at))
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(helper, at))
    if call.stage != "confirmed":
        call = journey.confirm(call_id=call.id, now=by_helper(helper, at))
    return helper, call


def _package(code: str, *, brought: bool) -> Package:
    package = a_package(code)
    package.name = {"de": "Rundgang"}
    first, *others = package.steps
    if not brought and OUTLET not in package.steps:
        package.steps = [first, OUTLET, MEASURED, *others]
    if brought:
        package.pick_up_item = {"de": "Soundbar"}
    package.save()
    return package


def _to_add() -> None:
    package = a_package("walked-cable", minutes=10)
    if CABLE not in package.steps:
        package.name, package.steps = {"de": "Ein Kabel mehr"}, [*package.steps, CABLE]
        package.save()
    a_price(a_brand(), package, amount=2900)


def _able(package: Package) -> QuerySet[HeldSkill]:
    return HeldSkill.objects.filter(skill__needed_by__package=package)


def _booking(brand: Brand, code: str, branch: Branch | None) -> BookingGiven:
    starts_at = datetime.combine(now().date() + timedelta(days=3), time(13), UTC)
    return BookingGiven(
        submission_key=str(uuid4()),
        brand=brand,
        country=a_country(),
        packages=(code,),
        booker=PersonGiven("Anna Canary", f"anna.{token_hex(3)}@customers.example", "+41791234567", "de"),
        address=AddressGiven("Kanarienweg", "7", "3011", "Bern", "BE", BUNDESPLATZ[0], BUNDESPLATZ[1], 300),
        time=TimeGiven(TimeWish.SLOT, (starts_at,), 30),
        partner_order_id=f"ID-{token_hex(3)}" if branch else None,
        pick_up=PickUpGiven(branch, "Sonos Arc") if branch else None,
    )


def _of_helper(helper: Helper) -> dict[str, str]:
    sessions = {"helper": _session(helper.account), "second": _session(helper.account)}
    return {**sessions, "name": helper.first_name}


def _session(account: Account, way: str | None = None) -> str:
    browser = Client()
    browser.force_login(account, backend=way)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


KINDS: dict[str, Callable[[], dict[str, str]]] = {
    "visit": a_visit,
    "counter": a_counter_with_errands,
    "free": a_free_day,
}


def main(kind: str) -> None:
    """Prepare what is asked for, and print as one line of JSON what the walk needs of it."""
    print(json.dumps(KINDS[kind]()))
