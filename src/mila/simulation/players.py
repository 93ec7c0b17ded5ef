"""Simulated people at work: they read what has happened, decide when they act, and act by the verbs of the journey.

What they are going to do lies in rows with its time, so that any number of these processes may run and end at any
moment. Whoever acts has the call's lock, and decides once more under it.
"""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from mila.booking import queries as booking
from mila.booking.models import DiaryEntry, ServiceCall, Stage
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.messaging.models import Message
from mila.partners import queries as partners
from mila.partners import shops
from mila.partners.adapters.shops import OrderState, Told
from mila.partners.adapters.shops.test import orders
from mila.simulation.catalogue import plausible
from mila.simulation.rules import Act, next_intent, reason_of, stars_of
from mila.simulation.scenes import Cast, cast_of
from mila.sites.demo.models import Cue
from mila.visit import queries as visits
from mila.visit.models import CodePurpose, ContactOutcome
from mila.visit.queries import introduction, open_steps
from mila.visit.rules import ParcelState

log = logging.getLogger("mila.simulation")

LIVE = (
    Stage.REQUESTED,
    Stage.ACCEPTED,
    Stage.CONTACTED,
    Stage.CONFIRMED,
    Stage.ON_THE_WAY,
    Stage.ARRIVED,
    Stage.WORKING,
    Stage.DONE,
    Stage.SIGNED_OFF,
    Stage.CHARGED,
)
MOST_STARS = 5
REFUSED_WAITS = timedelta(minutes=5)
DROPS_OUT_BECAUSE = "ill"
CODE = re.compile(r"\b(\d{3}) ?(\d{3})\b")

Play = Callable[[ServiceCall, Cast, datetime], object]


def play(at: datetime) -> int:
    """Read what is new about calls, act where an act is due, and return how often anything was done."""
    done = sum(_see_to(call_id, at) for call_id in _with_news())
    return done + sum(_see_to(call_id, at) for call_id in _due(at))


def _with_news() -> list[UUID]:
    last = DiaryEntry.objects.filter(call=OuterRef("pk")).order_by("-number").values("number")[:1]
    calls = ServiceCall.objects.filter(stage__in=LIVE).annotate(news=Subquery(last))
    unread = calls.filter(Q(cue=None) | Q(cue__read_to__lt=F("news")))
    return list(unread.order_by("since").values_list("pk", flat=True)[:100])


def _due(at: datetime) -> list[UUID]:
    return list(Cue.objects.filter(due_at__lte=at).order_by("due_at").values_list("pk", flat=True)[:100])


@transaction.atomic
def _see_to(call_id: UUID, at: datetime) -> int:
    """Act where it is time, and write down what comes next; 0 where somebody else has the call in hand."""
    call = machine.lock_if_free(call_id)
    if call is None:
        return 0
    cast = cast_of(call, at)
    intent = next_intent(cast.scene) if cast else None
    refused = False
    if cast and intent and intent.at <= at:
        refused = not _act(intent.act, call, cast, at)
        call = machine.lock(call_id)
        cast = cast_of(call, at)
        intent = next_intent(cast.scene) if cast else None
    due_at = max(intent.at, at + REFUSED_WAITS) if intent and refused else intent.at if intent else None
    read_to = call.diary.order_by("-number").values_list("number", flat=True)[0]
    Cue.objects.update_or_create(
        call=call, defaults={"read_to": read_to, "act": intent.act if intent else "", "due_at": due_at}
    )
    return 1


def _act(act: Act, call: ServiceCall, cast: Cast, at: datetime) -> bool:
    try:
        with transaction.atomic():
            ACTS[act](call, cast, at)
    except Refusal as refusal:
        log.info("refused", extra={"facts": {"call": str(call.pk), "act": act, "code": refusal.code}})
        return False
    return True


def _asked(cast: Cast, at: datetime) -> tuple[str, Occasion]:
    if cast.offer is None:
        raise machine.WrongStage
    return cast.offer.key, Occasion(by=Who.PROVIDER, at=at, actor=cast.offer.helper_id)


def _holder(cast: Cast, at: datetime) -> Occasion:
    if cast.promise is None:
        raise machine.WrongStage
    return Occasion(by=Who.PROVIDER, at=at, actor=cast.promise.helper_id)


def _receive(_call: ServiceCall, cast: Cast, at: datetime) -> None:
    key, now = _asked(cast, at)
    journey.acknowledge(offer_key=key, now=now)


def _accept(_call: ServiceCall, cast: Cast, at: datetime) -> None:
    key, now = _asked(cast, at)
    journey.accept(offer_key=key, now=now)


def _decline(_call: ServiceCall, cast: Cast, at: datetime) -> None:
    key, now = _asked(cast, at)
    journey.decline(offer_key=key, reason=reason_of(cast.scene), now=now)


def _try_to_call(call: ServiceCall, cast: Cast, at: datetime) -> None:
    journey.log_contact(call_id=call.pk, outcome=ContactOutcome.NO_ANSWER, now=_holder(cast, at))


def _contact(call: ServiceCall, cast: Cast, at: datetime) -> None:
    journey.log_contact(call_id=call.pk, outcome=ContactOutcome.REACHED, now=_holder(cast, at))


def _drop_out(call: ServiceCall, cast: Cast, at: datetime) -> None:
    journey.drop_out(call_id=call.pk, reason=DROPS_OUT_BECAUSE, now=_holder(cast, at))


def _begin_work(call: ServiceCall, cast: Cast, at: datetime) -> None:
    """Type the code that the client reads out, and begin."""
    now = _holder(cast, at)
    held = booking.active_assignment(call)
    row = introduction(held) if held else None
    journey.check_client(call_id=call.pk, code=row.client_code if row else "", now=now)
    journey.begin_work(call_id=call.pk, now=now)


def _set_out(call: ServiceCall, cast: Cast, at: datetime) -> None:
    """Fetch at the branch what is to be brought along, at a counter that is played as well, and set out."""
    row = visits.pick_up(booking.active_assignment(call))
    seat = row.delivery.branch.seats.first() if row else None
    if row and seat and row.state == ParcelState.WAITING:
        at_counter = Occasion(by=Who.BRAND, at=at, actor=seat.account_id)
        journey.hand_out(pick_up_id=row.pk, branch_id=seat.branch_id, code=row.code, id_matches=True, now=at_counter)
    journey.set_out(call_id=call.pk, now=_holder(cast, at))


def _finish(call: ServiceCall, cast: Cast, at: datetime) -> None:
    """Give the client what was brought along, where something was, recommend what fits, and be done."""
    now = _holder(cast, at)
    if visits.is_carried(call):
        journey.give_to_client(call_id=call.pk, now=now)
    _recommend(call, now)
    journey.finish(call_id=call.pk, now=now)


def _recommend(call: ServiceCall, now: Occasion) -> None:
    """Recommend the product that fits what was booked, where there is one."""
    booked = [package.code for package in booking.packages(call)]
    sold = partners.products(brand=call.brand, country=call.country_id).filter(packages__overlap=booked)
    for product in sold[:1]:
        journey.suggest_product(call_id=call.pk, product_id=product.pk, now=now)


def _tick(call: ServiceCall, cast: Cast, at: datetime) -> None:
    now = _holder(cast, at)
    for step in open_steps(call)[:1]:
        journey.tick(call_id=call.pk, code=step.code, number=plausible(step.asks), now=now)


def _sign_off(call: ServiceCall, _cast: Cast, at: datetime) -> None:
    """Ask for the code, read it where the customer would, and sign off with it."""
    now = Occasion(by=Who.CUSTOMER, at=at)
    journey.send_code(call_id=call.pk, purpose=CodePurpose.SIGN_OFF, now=now)
    letter = Message.objects.filter(call=call, template="send_code").latest("made_at")
    read = CODE.search(letter.text)
    code = "".join(read.groups()) if read else ""
    journey.sign_off(call_id=call.pk, code=code, evidence={"device": "simulation"}, now=now)


def _rate(call: ServiceCall, cast: Cast, at: datetime) -> None:
    stars = stars_of(cast.scene)
    journey.rate(call_id=call.pk, stars=stars, axes={}, text="", now=Occasion(by=Who.CUSTOMER, at=at))
    if stars == MOST_STARS:
        _order(call, at)


def _order(call: ServiceCall, at: datetime) -> None:
    """Order what was recommended, in the demonstration's shop, which confirms it at once."""
    held = booking.last_assignment(call)
    for row in visits.suggestions(held)[:1] if held else []:
        brand = row.product.brand
        if shops.is_stand_in(brand):
            order = orders.order(key=row.pk, product=row.product, pieces=1, recommendation=row.pk, back="", at=at)
            orders.move(order.pk, to=OrderState.CONFIRMED)
            told = Told(row.pk, order.number, order.total, OrderState.CONFIRMED)
            journey.tell_of_order(brand=brand, told=told, now=Occasion(by=Who.BRAND, at=at))


ACTS: Mapping[Act, Play] = {
    Act.LOOK: lambda _call, _cast, _at: None,
    Act.RECEIVE: _receive,
    Act.ACCEPT: _accept,
    Act.DECLINE: _decline,
    Act.TRY_TO_CALL: _try_to_call,
    Act.CONTACT: _contact,
    Act.CONFIRM: lambda call, cast, at: journey.confirm(call_id=call.pk, now=_holder(cast, at)),
    Act.DROP_OUT: _drop_out,
    Act.SET_OUT: _set_out,
    Act.ARRIVE: lambda call, cast, at: journey.arrive(call_id=call.pk, now=_holder(cast, at)),
    Act.BEGIN_WORK: _begin_work,
    Act.TICK: _tick,
    Act.FINISH: _finish,
    Act.SIGN_OFF: _sign_off,
    Act.RATE: _rate,
}
