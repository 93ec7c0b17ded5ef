"""The words that all shapes are made of: texts, times, money, places."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

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
