"""Sales of recommended products: what a brand tells of an order, and what came of it."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from mila.sites.api.shapes.words import Money, Named, Shape


class SaleTold(Shape):
    """An order as it stands now in the brand's shop, told in one piece; telling it again changes nothing.

    `recommendation` is the word `mila` of the address by which the client came; `order_id` is the brand's own.
    """

    recommendation: UUID = Field(examples=["01890000-0000-7000-8000-000000000000"])
    order_id: Annotated[Named, Field(max_length=80, examples=["2026-118833"])]
    total: Money = Field(description="what the client pays for the recommended product, value added tax included")
    state: Literal["ordered", "confirmed", "cancelled", "returned"]
    returned: Money | None = Field(
        default=None, description="with `returned`: how much of the total has come back so far; without it, all of it"
    )

    @model_validator(mode="after")
    def _comes_back_when_returned(self) -> Self:
        if self.returned is not None and self.state != "returned":
            raise ValueError("only what is returned comes back")
        return self


class Sale(Shape):
    """An order of a product that a helper recommended, with what it costs the brand.

    `confirmed` until the return window is over at `stands_at`, then `stands`; a part that comes back changes neither.
    `call_id` is null at another's call.
    """

    id: UUID
    recommendation: UUID
    order_id: str
    product: str = Field(description="the brand's own code of the product")
    country: str
    total: Money
    state: Literal["ordered", "confirmed", "stands", "cancelled", "returned"]
    told_at: datetime
    confirmed_at: datetime | None
    stands_at: datetime | None
    ended_at: datetime | None
    returned: Money = Field(description="what of the total has come back so far")
    commission: Money = Field(description="billed to the brand, net of tax, for what was kept")
    call_id: UUID | None


class Sales(Shape):
    """A page of sales, newest first."""

    sales: list[Sale]
    next_cursor: str | None
