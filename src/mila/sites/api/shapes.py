"""What comes in and what goes out; unknown members and wrong types are refused."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

MOST_MONEY = 2**31 - 1
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _printable(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise ValueError("control characters")
    return text.strip()


def _filled(text: str) -> str:
    if not text:
        raise ValueError("empty")
    return text


def _moment(given: object) -> object:
    """Take a time of RFC 3339 with its offset, and nothing else that could be read as one."""
    if isinstance(given, datetime):
        return given
    if not isinstance(given, str) or not _RFC3339.fullmatch(given):
        raise ValueError("no time after RFC 3339")
    found = datetime.fromisoformat(given.upper())
    if not 2000 <= found.year <= 2200:
        raise ValueError("too far away")
    return found.astimezone(UTC)


def _email(text: str) -> str:
    try:
        if text:
            validate_email(text)
    except ValidationError as fault:
        raise ValueError("no e-mail address") from fault
    return text


Text = Annotated[StrictStr, AfterValidator(_printable)]
Named = Annotated[StrictStr, AfterValidator(_printable), AfterValidator(_filled)]
Code = Annotated[StrictStr, Field(pattern=r"^[a-z0-9-]{1,60}$", examples=["wifi-setup"])]
CountryCode = Annotated[StrictStr, Field(pattern="^[A-Z]{2}$", examples=["CH"])]
Moment = Annotated[datetime, BeforeValidator(_moment), Field(examples=["2026-11-26T13:00:00Z"])]
Language = Literal["de", "fr", "it", "en"]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Money(Shape):
    """An amount in minor units (Rappen, cents) with its currency (ISO 4217)."""

    amount_minor: StrictInt = Field(ge=0, le=MOST_MONEY, examples=[9390])
    currency: StrictStr = Field(pattern="^[A-Z]{3}$", examples=["CHF"])


class Line(Shape):
    """A line of a price."""

    kind: str
    package: str | None
    description: str
    amount: Money


class QuoteAsked(Shape):
    """What is to be priced."""

    country: CountryCode
    packages: list[Code] = Field(min_length=1, max_length=5)


class QuoteGiven(Shape):
    """The whole price, VAT included, as a booking made now would freeze it."""

    total: Money
    lines: list[Line]
    contract_model: str = Field(description="agency, principal or partner_principal: with whom the customer contracts")
    paid_by: Literal["customer", "brand"]
    minutes: int = Field(description="planned minutes of work at the address")


class PackageOnShelf(Shape):
    """A package that the brand sells."""

    code: str
    family: str
    name: str
    summary: str
    contents: list[str]
    not_included: list[str]
    minutes: int
    total: Money
    paid_by: Literal["customer", "brand"]


class Catalogue(Shape):
    """Everything that the brand sells in the country today, in shop order, in the language asked for."""

    country: str
    packages: list[PackageOnShelf]


class Position(Shape):
    """A point in degrees (WGS 84)."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, strict=True)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, strict=True)


class Place(Shape):
    """Where the visit takes place; `position` is used where postcode and town are unknown."""

    street: Annotated[Named, Field(max_length=120, examples=["Bahnhofstrasse"])]
    house_number: Annotated[Text, Field(max_length=12, examples=["1"])] = ""
    postcode: Annotated[Named, Field(max_length=10, examples=["8001"])]
    town: Annotated[Named, Field(max_length=80, examples=["Zürich"])]
    country: CountryCode
    floor: Annotated[Text, Field(max_length=40)] = ""
    has_lift: StrictBool | None = None
    position: Position | None = None


class SlotsAsked(Shape):
    """What is to be booked, and where."""

    packages: list[Code] = Field(min_length=1, max_length=5)
    address: Place
    language: Language = "de"


class Slot(Shape):
    """An arrival window at which somebody could come."""

    starts_at: datetime
    ends_at: datetime


class Supply(Shape):
    """The open arrival windows of the next fourteen days, and whether somebody could come now."""

    slots: list[Slot]
    asap_minutes: int | None = Field(description="minutes to the door if booked as soon as possible; null: nobody")


class Person(Shape):
    """Somebody of the booking; an e-mail address or a phone number is enough."""

    name: Annotated[Named, Field(max_length=120, examples=["Anna Muster"])]
    email: Annotated[Text, Field(max_length=254, examples=["anna@customers.example"]), AfterValidator(_email)] = ""
    phone: Annotated[Text, Field(max_length=30, examples=["+41791234567"])] = ""


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


class Booking(Shape):
    """A booking at the `total` shown; `early_start` is the version of the declaration (`2026-1`) where the law asks."""

    packages: list[Code] = Field(min_length=1, max_length=5)
    total: Money
    time: Time
    address: Place
    customer: Person
    language: Language = "de"
    site_contact: Person | None = None
    payer: Person | None = None
    partner_order_id: Annotated[Named, Field(max_length=80)] | None = None
    notes: Annotated[Text, Field(max_length=2000)] = ""
    early_start: Annotated[Text, Field(max_length=20)] = ""


class Cancelling(Shape):
    """Cancelling at the cost that was shown; `code` is the customer's one-time code, needed where it costs."""

    cost: Money
    code: Annotated[Text, Field(max_length=12)] = ""


class Cost(Shape):
    """What cancelling costs the customer at this moment."""

    possible: bool
    cost: Money
    code_needed: bool


class CodeSent(Shape):
    """By which way the one-time code went to who pays."""

    channel: Literal["mail", "sms"]


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


class Helper(Shape):
    """Who comes."""

    first_name: str


class SearchCounts(Shape):
    """How the search went, in numbers alone: nothing about anybody who was looked at."""

    looked_at: int = Field(description="helpers around the place")
    eligible: int = Field(description="of them, who met every requirement at the best moment")
    asked: int
    declined: int
    no_answer: int


class WishedTime(Shape):
    """When: `starts_at` to `ends_at` is the arrival window; empty while as soon as possible is not agreed."""

    wish: str
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int


class Call(Shape):
    """A service call. It repeats nothing about the customer but postcode and town."""

    id: UUID
    order_number: str
    partner_order_id: str | None
    stage: str
    stage_since: datetime
    booked_at: datetime
    packages: list[str]
    time: WishedTime
    country: str
    postcode: str
    town: str
    total: Money
    lines: list[Line]
    paid_by: Literal["customer", "brand"]
    helper: Helper | None
    time_change: TimeChange | None
    search: SearchCounts | None = Field(description="null: nobody has been looked at yet")
    status_url: str = Field(description="the customer's own page, a secret address")
    payment_url: str | None = Field(
        description="where the customer saves means of payment or pays; null: nothing to do"
    )


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


class Calls(Shape):
    """A page of calls, newest first."""

    calls: list[Call]
    next_cursor: str | None


class Event(Shape):
    """Something that happened to a call."""

    number: int
    at: datetime
    by: str
    step: str
    stage: str


class Events(Shape):
    """A page of what happened, in order."""

    events: list[Event]
    next_cursor: str | None


class FaultShown(Shape):
    """One thing wrong with a request."""

    pointer: str = Field(description="a JSON pointer into the body, or the name of a parameter")
    detail: str


class ProblemDetails(Shape):
    """A problem after RFC 9457; `code` never changes, title and detail follow Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[FaultShown]
