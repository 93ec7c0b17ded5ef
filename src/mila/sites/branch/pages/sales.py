"""Orders of what helpers recommended: the brand's staff note them, confirm them, and say what came back."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mila.journey import actions as journey
from mila.kernel.ids import order_number_of
from mila.kernel.money import Money
from mila.kernel.refusal import Refusal
from mila.partners.adapters.shops import OrderState, Told
from mila.payments import sales as sold
from mila.payments.models import Sale, SaleState
from mila.payments.models.sales import OVER
from mila.sites.branch.forms import CameBackForm, ConfirmForm, FindSaleForm, NoteOrderForm, put_beside
from mila.sites.branch.pages.counter import show
from mila.sites.door import CounterRequest, by_counter, counter_only
from mila.visit import queries as visits
from mila.visit.products import Suggestion

SHOWN = 50
SETTLED = (SaleState.STANDS, *OVER)
KEPT = (SaleState.CONFIRMED, SaleState.STANDS)

both_ways = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@counter_only
def sales(request: CounterRequest) -> HttpResponse:
    """List the brand's sales by what they wait for; lead from a number to its order, or to what was recommended."""
    if "number" not in request.GET:
        return _listed(request, FindSaleForm())
    form = FindSaleForm(request.GET)
    if not form.is_valid():
        return _listed(request, form, status=422)
    typed, brand = form.cleaned_data["number"], request.counter.branch.brand
    found = sold.sales_of_brand(brand).filter(order_id=typed).first()
    if found is not None:
        return redirect("branch:sale", found.pk)
    number = order_number_of(typed)
    recommended = visits.suggestions_of_brand(brand, number) if number else []
    if recommended:
        return show(request, "branch/recommended.html", {"number": number, "recommended": recommended, "selling": True})
    form.add_error("number", _("No order and no recommendation of your products has this number."))
    return _listed(request, form, status=404)


@both_ways
@counter_only
def recommendation(request: CounterRequest, suggestion_id: UUID) -> HttpResponse:
    """Note that something recommended was ordered; what is ordered already leads to its order."""
    row = visits.suggestion_of_brand(suggestion_id, request.counter.branch.brand)
    if row is None:
        raise Http404
    counting = sold.counting_sale(row.pk)
    if counting is not None:
        return redirect("branch:sale", counting.pk)
    if request.method != "POST":
        return _recommended(request, row, NoteOrderForm(initial={"total": _plain(row.product.amount)}))
    form = NoteOrderForm(request.POST)
    if not form.is_valid():
        return _recommended(request, row, form, status=422)
    total = Money(form.cleaned_data["total"], row.product.currency)
    try:
        noted = _tell(request, Told(row.pk, form.cleaned_data["order_id"], total, OrderState.ORDERED))
    except Refusal as refusal:
        put_beside(form, refusal)
        return _recommended(request, row, form, status=refusal.status)
    messages.success(request, _("The order is noted."))
    return redirect("branch:sale", noted.pk)


@both_ways
@counter_only
def sale(request: CounterRequest, sale_id: UUID) -> HttpResponse:
    """Show a sale of the brand; confirm it, cancel it, or say what came back. Another brand's is not found."""
    row = sold.sales_of_brand(request.counter.branch.brand).filter(pk=sale_id).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, row)
    step = request.POST.get("step", "")
    form = _form_of(step, request)
    if form is None or not form.is_valid():
        return _shown(request, row, status=422, said=form)
    try:
        noted = _tell(request, _told(row, OrderState(step), form))
    except Refusal as refusal:
        put_beside(form, refusal)
        return _shown(request, row, status=refusal.status, said=form)
    _answer(request, noted, step)
    return redirect("branch:sale", row.pk)


def _form_of(step: str, request: CounterRequest) -> forms.Form | None:
    """Return what is asked for with the word: how much for a yes and for a return, nothing for a cancelled order."""
    kinds = {"confirmed": ConfirmForm, "cancelled": forms.Form, "returned": CameBackForm}
    return kinds[step](request.POST) if step in kinds else None


def _told(row: Sale, state: OrderState, form: forms.Form) -> Told:
    total = Money(form.cleaned_data.get("total", row.amount), row.currency)
    back = form.cleaned_data.get("returned")
    return Told(row.suggestion, row.order_id, total, state, Money(back, row.currency) if back else None)


def _tell(request: CounterRequest, told: Told) -> Sale:
    return journey.tell_of_order(brand=request.counter.branch.brand, told=told, now=by_counter(request))


def _answer(request: CounterRequest, noted: Sale, step: str) -> None:
    """Say what is so now; who comes after somebody else's word has changed nothing, and reads it."""
    if step == "returned" and noted.returned:
        messages.success(request, _("What came back is noted; the commission for it is taken back."))
    elif step == noted.state:
        messages.success(request, _("Noted. The client’s page and the helper’s earnings follow."))
    else:
        messages.warning(request, _("Somebody was faster: the order stands as you see it here."))


def _listed(request: CounterRequest, form: FindSaleForm, *, status: int = 200) -> HttpResponse:
    brand = request.counter.branch.brand
    context = {
        "form": form,
        "selling": True,
        "waiting": sold.sales_in(brand, states=(SaleState.ORDERED,), most=SHOWN),
        "confirmed": sold.sales_in(brand, states=(SaleState.CONFIRMED,), most=SHOWN),
        "over": sold.sales_in(brand, states=SETTLED, most=SHOWN),
        "most": SHOWN,
    }
    return show(request, "branch/sales.html", context, status=status)


def _recommended(request: CounterRequest, row: Suggestion, form: NoteOrderForm, *, status: int = 200) -> HttpResponse:
    context = {"row": row, "form": form, "selling": True}
    return show(request, "branch/recommendation.html", context, status=status)


def _shown(request: CounterRequest, row: Sale, *, status: int = 200, said: forms.Form | None = None) -> HttpResponse:
    """Show the sale with what may be said of it; `said` is the form that was refused."""
    context = {
        "sale": row,
        "selling": True,
        "waits": row.state == SaleState.ORDERED,
        "may_come_back": row.state in KEPT,
        "is_billed": not row.brand.is_own,
        "confirm_form": said if isinstance(said, ConfirmForm) else ConfirmForm(initial={"total": _plain(row.amount)}),
        "back_form": said if isinstance(said, CameBackForm) else CameBackForm(initial={"returned": _plain(row.amount)}),
    }
    return show(request, "branch/sale.html", context, status=status)


def _plain(minor: int) -> str:
    """Return an amount as somebody would type it."""
    return f"{minor // 100}.{minor % 100:02}"
