"""The books, thin: the trial balance, the last pay-out runs, and the sales of recommended products."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mila.payments import queries as payments
from mila.payments import sales, stakes
from mila.payments.models import Payout, SaleState
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, desk_only

RUNS_SHOWN = 60


@require_safe
@desk_only
def page(request: DeskRequest) -> HttpResponse:
    """Show what stands on every account, whether it adds up to zero, the last pay-out runs, and sales by state."""
    balances = payments.trial_balance()
    by_day = Payout.objects.values("run_on", "currency", "state").annotate(amount=Sum("amount"), count=Count("id"))
    context = {
        **frame("books"),
        "balances": [(account, currency, amount) for (account, currency), amount in sorted(balances.items())],
        "differences": sorted(_differences(balances).items()),
        "suspense": stakes.suspense_differences(),
        "sales": [{**row, "said": SaleState(row["state"]).label} for row in sales.sums()],
        "runs": by_day.order_by("-run_on", "currency", "state")[:RUNS_SHOWN],
    }
    return render(request, "desk/books.html", context)


def _differences(balances: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Return what the accounts of each currency add up to: zero, or the books are wrong."""
    sums: dict[str, int] = defaultdict(int)
    for (_account, currency), amount in balances.items():
        sums[currency] += amount
    return sums
