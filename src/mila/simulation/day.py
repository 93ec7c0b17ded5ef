"""A background day: customers who book by themselves, at the pace that the demonstration's page sets."""

import logging
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from mila.booking.actions import PersonGiven, TimeGiven
from mila.booking.models import TimeWish
from mila.crowd.models import Helper, HelperState
from mila.kernel.refusal import Refusal
from mila.partners.models import Brand
from mila.simulation.files import read
from mila.simulation.scenes import DAY
from mila.sites.demo.models import Play
from mila.sites.demo.prepared import HOME, Customer, Home, book, slot_on

log = logging.getLogger("mila.simulation")

HOURS = (9, 11, 14, 17, 18)


def book_next(at: datetime) -> int:
    """Book what is due by the pace, one visit at most, and return how many were booked.

    The turn is taken first, so that of many processes one books; what lies behind after a push of the clock is left.
    """
    turn = _take_turn(at)
    if turn is None:
        return 0
    rng = Random(turn.isoformat())  # noqa: S311 - it only has to look alive
    try:
        _book(turn, rng, at)
    except Refusal as refusal:
        log.info("refused", extra={"facts": {"act": "book", "code": refusal.code}})
    return 1


@transaction.atomic
def _take_turn(at: datetime) -> datetime | None:
    rows = Play.objects.select_for_update(skip_locked=True)
    play = rows.filter(next_booking_at__lte=at, bookings_an_hour__gt=0).first()
    if play is None:
        return None
    turn = play.next_booking_at
    play.next_booking_at = at + timedelta(hours=1) / play.bookings_an_hour
    play.save(update_fields=["next_booking_at"])
    return turn


def _book(turn: datetime, rng: Random, at: datetime) -> None:
    neighbours = Helper.objects.filter(state=HelperState.ACTIVE, provider__country=HOME).select_related("provider")
    neighbour = rng.choice(list(neighbours.order_by("pk")[:400]))
    brand = rng.choice(list(Brand.objects.filter(is_open=True, prices__country=HOME).distinct().order_by("slug")))
    home = neighbour.provider
    where = Home(home.street, str(rng.randint(1, 90)), home.postcode, home.town)
    language = neighbour.languages[0]
    names = read("crowd")
    first, last = rng.choice(names["first_names"][language]), rng.choice(names["last_names"][language])
    who = PersonGiven(f"{first} {last}", f"day{rng.randint(1000, 9999)}@customers.example", "", language)
    book(key=f"{DAY}{turn.isoformat()}", brand=brand, customer=Customer(who, where), time=_time(rng, at), at=at)


def _time(rng: Random, at: datetime) -> TimeGiven:
    if rng.random() < 0.4:
        return TimeGiven(TimeWish.ASAP)
    return slot_on(days=rng.randint(1, 5), hour=rng.choice(HOURS), at=at)
