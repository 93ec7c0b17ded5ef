"""The first page of the counter: find an order; what is expected today, and what is to come back."""

from collections.abc import Mapping
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mila.kernel.ids import order_number_of
from mila.partners import queries as partners
from mila.sites.branch.forms import FindForm
from mila.sites.door import CounterRequest, counter_only
from mila.sites.now import now
from mila.visit import queries as visits

EXPECTED_WITHIN = timedelta(hours=36)


@require_safe
@counter_only
def home(request: CounterRequest) -> HttpResponse:
    """Ask for an order number, and lead to its page; an order of another branch or brand is not found."""
    if "number" not in request.GET:
        return _asked(request, FindForm())
    form = FindForm(request.GET)
    if not form.is_valid():
        return _asked(request, form, status=422)
    number = order_number_of(form.cleaned_data["number"])
    if number and visits.errands_at(request.counter.branch_id, number):
        return redirect("branch:order", number=number)
    form.add_error("number", _("There is no such order at this branch. Please check the number."))
    return _asked(request, form, status=404)


def show(request: CounterRequest, template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """Answer with a page of the counter."""
    branch = request.counter.branch
    around = {
        "counter": request.counter,
        "branch": branch,
        "home_url": reverse("branch:home"),
        "sells": partners.sells(branch.brand),
    }
    return render(request, template, {**around, **context}, status=status)


def _asked(request: CounterRequest, form: FindForm, *, status: int = 200) -> HttpResponse:
    branch = request.counter.branch_id
    context = {
        "form": form,
        "expected": visits.expected_at(branch, until=now() + EXPECTED_WITHIN),
        "to_return": visits.to_return_at(branch),
    }
    return show(request, "branch/home.html", context, status=status)
