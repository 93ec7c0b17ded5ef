"""The people of a day in bad weather: they book, accept, visit and sign off, and note down what was promised to them.

They stop booking when their input ends, bring what is booked to its end, compare the rows with their notes, and print
what they found as JSON.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")
django.setup()

from django.db import InterfaceError, OperationalError, connection, transaction  # noqa: E402
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum  # noqa: E402
from tests.factories import a_booking, a_helper, a_price  # noqa: E402

from mila.booking import queries as booking  # noqa: E402
from mila.booking.models import Assignment, AssignmentState, Offer, Search, ServiceCall, Stage  # noqa: E402
from mila.crowd.models import Helper  # noqa: E402
from mila.journey import actions as journey  # noqa: E402
from mila.journey import machine  # noqa: E402
from mila.kernel.occasion import Occasion, Who  # noqa: E402
from mila.kernel.refusal import Refusal  # noqa: E402
from mila.messaging.models import Message  # noqa: E402
from mila.payments import actions as payments  # noqa: E402
from mila.payments.adapters.test import pages  # noqa: E402
from mila.payments.adapters.test.models import Page, Reply, Taken, TakenState  # noqa: E402
from mila.payments.models import Charge, ChargeState, Claim, Entry, Means  # noqa: E402
from mila.sites.now import now  # noqa: E402
from mila.visit import actions as visit  # noqa: E402
from mila.visit.models import CodePurpose, ContactOutcome  # noqa: E402
from mila.visit.queries import open_steps  # noqa: E402

CROWD = 30
LONGEST_DRAIN_SECONDS = 170
WAITING = (Stage.SIGNED_OFF, Stage.UNPAID)
AWAY = (OperationalError, InterfaceError)


class Day:
    """What was promised so far: each booking by its submission key, each acceptance by its call."""

    def __init__(self, cards: Sequence[str]) -> None:
        self.cards = cards
        self.asked: list[str] = []
        self.booked: dict[str, UUID] = {}
        self.accepted: dict[UUID, UUID] = {}
        self.charged: set[UUID] = set()
        self.faults = 0
        self.seconds = 0.0

    def book(self, key: str) -> None:
        """Book, or book again where the answer was lost: the key is the same."""
        given = a_booking(key=key, starts_at=now() + timedelta(hours=2), email=f"{key}@customers.example")
        self.booked[key] = journey.book(given=given, now=Occasion(Who.CUSTOMER, now())).id

    def advance(self, call_id: UUID, number: int) -> None:
        """Take the next step of whoever's turn it is."""
        call = ServiceCall.objects.get(pk=call_id)
        match call.stage:
            case Stage.DRAFTED:
                _save_card(call, self.cards[number % len(self.cards)])
            case Stage.REQUESTED:
                self._accept(call)
            case Stage.DONE:
                _sign_off(call)
            case Stage.CHARGED:
                self.charged.add(call_id)
            case _:
                _visit(call)

    def _accept(self, call: ServiceCall) -> None:
        offer = booking.exclusive_offer(call)
        if offer is not None:
            helper = Occasion(Who.PROVIDER, now(), offer.helper_id)
            journey.acknowledge(offer_key=offer.key, now=helper)
            if journey.accept(offer_key=offer.key, now=helper).is_yours:
                self.accepted[call.id] = offer.helper_id


def _save_card(call: ServiceCall, card: str) -> None:
    customer = Occasion(Who.CUSTOMER, now())
    means = Means.objects.filter(call=call).first() or journey.ask_for_means(call_id=call.id, now=customer)
    if not means.session:
        payments.open_means_session(means=means, return_url="/", now=customer)
    page = Page.objects.filter(call_id=call.id, done_at=None).first()
    if page is not None:
        pages.choose(page.id, digits=card, at=now())


def _visit(call: ServiceCall) -> None:
    assignment = booking.active_assignment(call)
    if assignment is None:
        return
    helper = Occasion(Who.PROVIDER, now(), assignment.helper_id)
    match call.stage:
        case Stage.ACCEPTED:
            journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=helper)
        case Stage.CONTACTED:
            journey.confirm(call_id=call.id, now=helper)
        case Stage.CONFIRMED:
            journey.set_out(call_id=call.id, now=helper)
        case Stage.ON_THE_WAY:
            journey.arrive(call_id=call.id, now=helper)
        case Stage.ARRIVED:
            journey.show_badge(call_id=call.id, now=helper)
            journey.begin_work(call_id=call.id, now=helper)
        case Stage.WORKING:
            for step in open_steps(call):
                journey.tick(call_id=call.id, code=step.code, now=helper)
            journey.finish(call_id=call.id, now=helper)


def _sign_off(call: ServiceCall) -> None:
    customer = Occasion(Who.CUSTOMER, now())
    with transaction.atomic():
        code = visit.make_code(call=machine.lock(call.id), purpose=CodePurpose.SIGN_OFF, sent_to="mail", now=customer)
    journey.sign_off(call_id=call.id, code=code, evidence={"device": "weather"}, now=customer)


def open_the_house() -> None:
    """Write a country, a brand and a crowd whose clocks stand at noon, whatever the hour."""
    a_price()
    ahead = 12 - now().hour
    for number in range(CROWD):
        helper = a_helper(f"Helper{number}")
        zone = f"Etc/GMT{-ahead:+d}"
        Helper.objects.filter(pk=helper.pk).update(daily_cap=20, zone=zone)


def run(day: Day, a_minute: int, ended: threading.Event) -> None:
    """Book at the pace on a thread of its own and advance everybody, until the input ends; then until all is paid."""
    booking_people = threading.Thread(target=book_at_pace, args=[day, a_minute, ended])
    booking_people.start()
    deadline = 0.0
    while True:
        if ended.is_set():
            booking_people.join()
            deadline = deadline or time.monotonic() + LONGEST_DRAIN_SECONDS
            if day.charged >= set(day.booked.values()) or time.monotonic() > deadline:
                return
        attempt(day, partial(advance_all, day))
        time.sleep(0.1)


def book_at_pace(day: Day, a_minute: int, ended: threading.Event) -> None:
    """Book at the pace, whatever the rest is doing; who got no answer asks again with the same key."""
    began = time.monotonic()
    while not ended.is_set() or len(day.booked) < len(day.asked):
        while not ended.is_set() and time.monotonic() - began >= len(day.asked) * 60 / a_minute:
            day.asked.append(uuid4().hex)
        for key in [key for key in day.asked if key not in day.booked]:
            attempt(day, partial(day.book, key))
        day.seconds = day.seconds if ended.is_set() else time.monotonic() - began
        time.sleep(0.05)
    connection.close()


def advance_all(day: Day) -> None:
    """Take the next step of everybody whose turn it is; who only waits for the clock or the jobs costs nothing."""
    open_calls = {call: number for number, call in enumerate(list(day.booked.values())) if call not in day.charged}
    asked = Exists(Offer.objects.filter(call=OuterRef("pk"), due_at__isnull=False))
    turn = ServiceCall.objects.filter(pk__in=open_calls).exclude(stage__in=WAITING)
    for call_id in turn.filter(~Q(stage=Stage.REQUESTED) | asked).values_list("pk", flat=True):
        attempt(day, partial(day.advance, call_id, open_calls[call_id]))


def attempt(day: Day, act: Callable[[], None]) -> None:
    """Try; what fails because something is away, or because it is not its time yet, is tried again later."""
    try:
        act()
    except AWAY:
        day.faults += 1
        connection.close()
        time.sleep(0.1)
    except Refusal:
        pass


def findings(day: Day) -> dict[str, object]:
    """Compare the rows with what was promised; `losses` names only what should not be."""
    calls = set(day.booked.values())
    there = set(ServiceCall.objects.filter(pk__in=calls).values_list("pk", flat=True))
    held = set(Assignment.objects.exclude(state=AssignmentState.RELEASED).values_list("call_id", "helper_id"))
    charged = Charge.objects.filter(state=ChargeState.CAPTURED)
    taken = Taken.objects.filter(state=TakenState.CAPTURED)
    doubled = Message.objects.values("call", "template", "channel", "recipient").annotate(n=Count("id")).filter(n__gt=1)
    unbalanced = Entry.objects.values("posting", "currency").annotate(total=Sum("amount")).exclude(total=0)
    checks: dict[str, object] = {
        "bookings lost": len(calls - there),
        "bookings doubled": ServiceCall.objects.count() - len(day.asked),
        "acceptances lost": len(set(day.accepted.items()) - held),
        "not paid in the end": len(calls - day.charged),
        "charges the bank took too often": taken.count() - charged.count(),
        "amount the bank took too much": _sum(taken, "captured") - _sum(charged, "amount"),
        "claims too many": Claim.objects.count() - charged.count(),
        "messages said twice": doubled.count(),
        "postings that do not balance": unbalanced.count(),
        "searches still running": Search.objects.filter(state="running").count(),
    }
    return {
        "booked": len(day.booked),
        "bookings a minute": round(len(day.booked) / max(day.seconds, 1) * 60, 1),
        "accepted": len(day.accepted),
        "charged": len(day.charged),
        "messages": Message.objects.count(),
        "asked the bank again under the same key": Reply.objects.filter(times__gt=1).count(),
        "messages tried again": Message.objects.filter(tries__gt=1).count(),
        "requests met while the database was away": day.faults,
        "checks (all are to be 0)": checks,
        "losses": {name: count for name, count in checks.items() if count},
    }


def _sum(rows: QuerySet[Any], column: str) -> int:
    return int(rows.aggregate(total=Sum(column))["total"] or 0)


def _wait_for_the_end(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def main() -> None:
    """Live the day and print what is left of it."""
    ended = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=[ended], daemon=True).start()
    open_the_house()
    print("open", flush=True)
    day = Day(sys.argv[2].split(","))
    run(day, int(sys.argv[1]), ended)
    print(json.dumps(findings(day)), flush=True)


if __name__ == "__main__":
    main()
