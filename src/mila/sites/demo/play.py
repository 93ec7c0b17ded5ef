"""What is played at large: for whom simulated helpers act, and how many bookings arrive by themselves."""

from datetime import datetime

from django.db import transaction

from mila.sites.demo.models import Cue, Play, Scope

PACES = (0, 6, 20, 60)  # bookings an hour


def current() -> Play:
    """Return what is played."""
    return Play.objects.get_or_create(pk=1)[0]


@transaction.atomic
def play_for(scope: Scope) -> None:
    """Have helpers act for the calls of the scope from now on."""
    Play.objects.update_or_create(pk=1, defaults={"scope": scope})
    Cue.objects.all().delete()  # whoever had nothing to do looks again


def set_pace(bookings_an_hour: int, *, at: datetime) -> None:
    """Have so many bookings an hour arrive by themselves, the first at once; 0 ends it."""
    first = at if bookings_an_hour else None
    Play.objects.update_or_create(pk=1, defaults={"bookings_an_hour": bookings_an_hour, "next_booking_at": first})
