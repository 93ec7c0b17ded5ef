"""Times as they are asked for, offered and changed."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from mila.sites.api.shapes.words import Code, Language, Moment, Place, Shape


class SlotsAsked(Shape):
    """What is to be booked, and where; `branch` where something is picked up on the way."""

    packages: list[Code] = Field(min_length=1, max_length=5)
    address: Place
    language: Language = "de"
    branch: Code | None = None


class Slot(Shape):
    """An arrival window at which somebody could come."""

    starts_at: datetime
    ends_at: datetime


class Supply(Shape):
    """The open arrival windows of the next fourteen days, and whether somebody could come now."""

    slots: list[Slot]
    asap_minutes: int | None = Field(description="minutes to the door if booked as soon as possible; null: nobody")


class AtSlot(Shape):
    """An open slot."""

    wish: Literal["slot"]
    starts_at: Moment


class AsSoonAsPossible(Shape):
    """As soon as possible."""

    wish: Literal["asap"]


class Preferred(Shape):
    """Two or three open slots that suit; accepting picks one of them."""

    wish: Literal["preferred"]
    starts: list[Moment] = Field(min_length=2, max_length=3)


class ToAgree(Shape):
    """To be agreed: the helper proposes times after accepting, the customer approves one."""

    wish: Literal["to_agree"]


Time = Annotated[AtSlot | AsSoonAsPossible | Preferred | ToAgree, Field(discriminator="wish")]


class MovableTime(Shape):
    """An arrival window to which a visit can be moved; `same_helper`: whoever comes now is free then."""

    starts_at: datetime
    ends_at: datetime
    same_helper: bool


class TimeChange(Shape):
    """Another time that is not agreed yet; what was agreed before holds.

    `asked` waits for the other side until `due_at`; `refused` and `silent` wait for the customer to keep or to seek.
    """

    asked_by: Literal["customer", "provider"]
    state: Literal["asked", "refused", "silent"]
    starts: list[datetime]
    due_at: datetime


class WishedTime(Shape):
    """When: `starts_at` to `ends_at` is the arrival window; empty while as soon as possible is not agreed."""

    wish: str
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int


class TimesAsked(Shape):
    """The times to which a visit can be moved now."""

    times: list[MovableTime]


class Rescheduling(Shape):
    """Another time that the customer wishes: the start of an arrival window."""

    starts_at: Moment


class TimeAnswer(Shape):
    """What the customer answers about another time; `starts_at` is the time that is approved."""

    answer: Literal["withdraw", "keep", "seek", "approve", "decline"]
    starts_at: Moment | None = None
