"""What the helper recommends, as the customer sees it: where it is ordered, and what became of the order."""

from dataclasses import dataclass

from mila.booking.models import Assignment, ServiceCall
from mila.messaging.facts import status_page
from mila.partners.models import Product
from mila.partners.shops import way_into
from mila.payments import sales
from mila.payments.models import Sale
from mila.payments.models.sales import OVER
from mila.visit import queries as visit


@dataclass(frozen=True, slots=True)
class Suggested:
    """A product that was recommended, where it is ordered, and its newest order, if the shop told of one."""

    product: Product
    address: str
    sale: Sale | None

    @property
    def counts(self) -> bool:
        """Whether it is ordered, and neither cancelled nor sent back."""
        return self.sale is not None and self.sale.state not in OVER


def suggested(call: ServiceCall, held: Assignment) -> list[Suggested]:
    """Return what the helper of the assignment recommends."""
    rows, page = visit.suggestions(held), status_page(call)
    orders = {sale.suggestion: sale for sale in sales.sales_of(call)} if rows else {}
    return [
        Suggested(row.product, way_into(row.product, recommendation=row.pk, back=page), orders.get(row.pk))
        for row in rows
    ]
