"""What is sold, what a call is, and what goes wrong."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from mila.sites.api.shapes.times import Time, TimeChange, WishedTime
from mila.sites.api.shapes.words import Code, CountryCode, Language, Money, Named, Place, Shape, Text, _email


class Line(Shape):
    """A line of a price."""

    kind: str
    package: str | None
    description: str
    amount: Money


class OpenHours(Shape):
    """Opening hours of a weekday (0 = Monday) in the country's time; closed on public holidays of the region."""

    weekday: int
    opens: str
    closes: str


class Branch(Shape):
    """A branch at which something can be picked up."""

    code: str
    name: str
    street: str
    house_number: str
    postcode: str
    town: str
    hours: list[OpenHours]


class Branches(Shape):
    """The brand's branches in the country, by town and name."""

    branches: list[Branch]


class PickUpAsked(Shape):
    """At which branch something is picked up, and what the order says it is."""

    branch: Code
    item: Annotated[Text, Field(max_length=120)] = ""


class PickUp(Shape):
    """What is picked up; `state` is that of whoever holds the call, null while nobody does.

    waiting, locked, picked_up, handed_over, failed, to_return or returned.
    """

    branch: str
    item: str
    state: str | None


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
    needs_pick_up: bool = Field(description="something is picked up at a branch: book it with pick_up")


class Catalogue(Shape):
    """Everything that the brand sells in the country today, in shop order, in the language asked for."""

    country: str
    packages: list[PackageOnShelf]


class Person(Shape):
    """Somebody of the booking; an e-mail address or a phone number is enough."""

    name: Annotated[Named, Field(max_length=120, examples=["Anna Muster"])]
    email: Annotated[Text, Field(max_length=254, examples=["anna@customers.example"]), AfterValidator(_email)] = ""
    phone: Annotated[Text, Field(max_length=30, examples=["+41791234567"])] = ""


class Booking(Shape):
    """A booking at the `total` shown; `early_start` is the version of the declaration (`2026-1`) where the law asks.

    Packages that bring something along need `pick_up` and `partner_order_id`, by which the branch finds it.
    """

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
    pick_up: PickUpAsked | None = None


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
    pick_up: PickUp | None
    follows: UUID | None = Field(description="the call at whose visit the helper prepared this one; null: none")
    search: SearchCounts | None = Field(description="null: nobody has been looked at yet")
    status_url: str = Field(description="the customer's own page, a secret address")
    payment_url: str | None = Field(
        description="where the customer saves means of payment or pays; null: nothing to do"
    )


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
