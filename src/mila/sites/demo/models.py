"""What the demonstration remembers: what is played, by whom, and when somebody simulated acts next."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.booking.models import ServiceCall
from mila.crowd.models import Helper


class Plot(models.TextChoices):
    """How a story goes; `CHANCE` leaves it to the dice."""

    SMOOTH = "smooth"
    PATIENCE = "patience"
    REPLACEMENT = "replacement"
    SILENT = "silent"
    LATE = "late"
    CHANCE = "chance"


class Player(models.TextChoices):
    """Who has a part: a person in front of the screen, or the simulation."""

    PERSON = "person"
    PLAYED = "played"


class Scope(models.TextChoices):
    """Which calls simulated helpers see to: those of stories, or everybody's."""

    STORIES = "stories"
    EVERYBODY = "everybody"


class Play(models.Model):
    """What is played at large, one row: for whom helpers act, and how many bookings an hour arrive by themselves."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.STORIES)
    bookings_an_hour = models.PositiveSmallIntegerField(default=0)
    next_booking_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="one_play"),
            models.CheckConstraint(
                condition=Q(bookings_an_hour=0, next_booking_at=None)
                | (Q(bookings_an_hour__gt=0) & Q(next_booking_at__isnull=False)),
                name="a_background_day_has_a_next_booking",
            ),
        ]


class Story(models.Model):
    """A call that goes by a plot, to be watched from both sides."""

    call = models.OneToOneField(ServiceCall, on_delete=models.CASCADE, primary_key=True, related_name="story")
    plot = models.CharField(max_length=12, choices=Plot.choices)
    customer = models.CharField(max_length=8, choices=Player.choices)
    begun_at = models.DateTimeField()


class Cue(models.Model):
    """What somebody simulated does next about a call, and when; empty while nobody simulated has anything to do.

    `read_to` is the line of the diary up to which the call was read when this was decided.
    """

    call = models.OneToOneField(ServiceCall, on_delete=models.CASCADE, primary_key=True, related_name="cue")
    read_to = models.PositiveIntegerField()
    act = models.CharField(max_length=20, blank=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(act="", due_at=None) | (~Q(act="") & Q(due_at__isnull=False)), name="a_cue_has_its_time"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="cues_due")]


class Seat(models.Model):
    """A helper whose part was given to the simulation, as of the last time a person had signed in as them.

    Whoever signs in after that has the part, until it is given back.
    """

    helper = models.OneToOneField(Helper, on_delete=models.CASCADE, primary_key=True, related_name="seat")
    signed_in_at = models.DateTimeField(null=True)
