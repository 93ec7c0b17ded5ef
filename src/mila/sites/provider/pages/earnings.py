"""What the work earned: every job and every month."""

from datetime import date, datetime

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from mila.countries import queries as countries
from mila.payments import queries as payments
from mila.payments import sales
from mila.payments.models import ChargePurpose
from mila.sites.door import HelperRequest, helper_only
from mila.sites.now import now
from mila.sites.provider.shell import show


@require_safe
@helper_only
def earnings(request: HelperRequest) -> HttpResponse:
    """Show the totals of the months, the jobs and sales of one of them, and what is deducted next."""
    zone = countries.zone(request.helper.provider.country)
    this_month = now().astimezone(zone).date().replace(day=1)
    month = min(_month(request.GET.get("month", "")) or this_month, this_month)
    earned = list(payments.claims_of_month(request.helper.provider, month, zone))
    context = {
        "month": month,
        "months": payments.months_of(request.helper.provider, zone),
        "claims": [claim for claim in earned if claim.purpose != ChargePurpose.SALE],
        # A claim whose place another took, because a part came back, is of no sale any more.
        "commissions": [claim for claim in earned if claim.purpose == ChargePurpose.SALE and hasattr(claim, "sale")],
        "deductions": sales.deductions_of(request.helper.provider),
    }
    return show(request, "provider/earnings.html", context, tab="earnings")


def _month(given: str) -> date | None:
    try:
        return datetime.strptime(f"{given[:7]}-01", "%Y-%m-%d").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return None
