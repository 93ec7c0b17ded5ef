"""Where the helper picks up what the customer bought."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mila.booking import queries as booking
from mila.catalog.models import Package
from mila.partners import queries as partners
from mila.sites.customer.draft import Draft
from mila.sites.customer.forms import PickUpForm
from mila.sites.customer.page import after, not_sold, step, with_draft
from mila.sites.door import Request


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def pick_up(request: Request, draft: Draft) -> HttpResponse:
    """Ask for the order and the branch; an order that was booked before is said so."""
    if not draft.brings:
        return redirect(f"customer:{draft.next_page}")
    found = partners.branches(brand=request.brand, country=draft.country)
    if not found:
        return not_sold(request)
    choices = [(one.code, f"{one.name}, {one.street} {one.house_number}, {one.postcode} {one.town}") for one in found]
    said = request.POST if request.method == "POST" else None
    form = PickUpForm(said, branches=choices, initial=_initial(draft))
    if form.is_bound and form.is_valid() and booking.has_order(request.brand.id, form.cleaned_data["order"]):
        form.add_error("order", _("This order is booked already."))
    if not form.is_bound or form.errors:
        return _asked(request, draft, form)
    moved = replace(draft, **form.cleaned_data)
    if moved.branch != draft.branch:
        moved = replace(moved, time="")
    moved.keep(request)
    return after(moved, "pick_up")


def _initial(draft: Draft) -> dict[str, str]:
    return {"order": draft.order, "item": draft.item, "branch": draft.branch}


def _asked(request: Request, draft: Draft, form: PickUpForm) -> HttpResponse:
    page = {
        **step(1),
        "form": form,
        "package": Package.objects.get(code=draft.package),
        "back": reverse("customer:service", args=[draft.package]),
    }
    return render(request, "customer/pick_up.html", page, status=422 if form.is_bound else 200)
