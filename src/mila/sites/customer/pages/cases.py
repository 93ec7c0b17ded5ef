"""Something is not right: a case of the guarantee, opened with words and photos and followed to its end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.kernel.texts import say
from mila.payments import queries as payment
from mila.quality import cases
from mila.quality import queries as quality
from mila.sites.customer.draft import language
from mila.sites.customer.forms import CaseForm
from mila.sites.customer.page import call_or_404, private, refused
from mila.sites.door import by_customer
from mila.sites.now import now
from mila.sites.photos import case_photo_of, pictures_of


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, key: str) -> HttpResponse:
    """Show how far the case is, or ask what is not right; take the words and photos in."""
    call = call_or_404(key)
    if request.method != "POST":
        return _page(request, call, _form(call))
    form = _form(call, request)
    if not form.is_valid():
        return _page(request, call, form, 422)
    try:
        journey.open_case(
            call_id=call.id,
            words=form.cleaned_data["words"],
            packages=form.cleaned_data["packages"],
            photos=pictures_of(request, most=cases.MOST_PHOTOS),
            now=by_customer(),
        )
    except Refusal as refusal:
        return _page(request, call, refused(form, refusal), refusal.status)
    messages.success(request, _("Thank you for telling us. We look into it and get in touch with you."))
    return redirect("customer:case", key=key)


@require_safe
def photo(request: HttpRequest, key: str, photo_id: UUID) -> HttpResponse:
    """Show a photo of the case."""
    return case_photo_of(call_or_404(key), photo_id)


def _form(call: ServiceCall, request: HttpRequest | None = None) -> CaseForm:
    form = CaseForm(request.POST if request else None)
    form.offer([(package.code, say(package.name, language())) for package in booking.packages(call)])
    return form


def _page(request: HttpRequest, call: ServiceCall, form: CaseForm, status: int = 200) -> HttpResponse:
    met = booking.last_assignment(call)
    page = {
        "call": call,
        "brand": call.brand,
        "form": form,
        "several": len(booking.packages(call)) > 1,
        "cases": quality.cases_of(call),
        "until": cases.open_until(call, now()),
        "name": met.helper.first_name if met else "",
        "most": cases.MOST_PHOTOS,
        "currency": booking.current_quote(call).currency,
        "refund": payment.last_refund(call),
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(render(request, "customer/case.html", page, status=status))
