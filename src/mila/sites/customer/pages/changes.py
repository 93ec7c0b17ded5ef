"""A change that the helper asks for: what it costs, and the payer's yes with a code, or no."""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mila.booking import changes
from mila.booking import queries as booking
from mila.booking.models import ChangeRequest, ChangeState, LineKind, ServiceCall
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.payments import queries as payment
from mila.sites.customer.forms import CodeForm
from mila.sites.customer.page import call_or_404, private, refused, to_status
from mila.sites.customer.pages.answers import send
from mila.sites.customer.prices import ShownPrice, shown
from mila.sites.customer.view import code_goes_to, code_is_out
from mila.sites.door import by_customer
from mila.sites.now import now
from mila.sites.templatetags.words import texts
from mila.visit.models import CodePurpose


class ChangeForm(CodeForm):
    """Saying yes to the change that was shown, known by its seal."""

    seal = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Show the change that waits for an answer, and approve it with a one-time code."""
    call = call_or_404(key)
    if request.method != "POST":
        return _asked(request, call, None)
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _asked(request, call, form, 422)
    said, evidence = form.cleaned_data, {"page": "change", "browser": _browser(request)}
    try:
        journey.approve_change(
            call_id=call.id, seal=said["seal"], code=said["code"], evidence=evidence, now=by_customer()
        )
    except Refusal as refusal:
        return _asked(request, call, refused(form, refusal), refusal.status)
    messages.success(request, _("Thank you, you have said yes."))
    return to_status(call, "change")


@require_POST
def code(request: HttpRequest, key: str) -> HttpResponse:
    """Send the one-time code that the yes needs."""
    return send(request, key, CodePurpose.CHANGE) or redirect("customer:change", key=key)


@require_POST
def decline(request: HttpRequest, key: str) -> HttpResponse:
    """Say no: what was booked stays."""
    call = call_or_404(key)
    try:
        journey.decline_change(call_id=call.id, seal=request.POST.get("seal", "")[:64], now=by_customer())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("customer:change", key=key)
    messages.success(request, _("You have said no. The booked work and price stay."))
    return to_status(call, "change")


def price_of(call: ServiceCall, found: ChangeRequest) -> ShownPrice:
    """Return the price table of the change, with what is new marked as such."""
    before = [(line.package_id, line.description, line.amount) for line in found.base.lines.all()]
    lines = changes.lines_of(found)
    table = shown(lines, currency=found.currency, country=call.country, on=payment.service_day(call, now()))
    marked = []
    for line, row in zip(lines, table.lines, strict=True):
        known = (line.package, line.description, line.amount)
        is_new = known not in before
        if not is_new:
            before.remove(known)
        marked.append(replace(row, note=_("new")) if is_new else row)
    return replace(table, lines=tuple(marked))


def falls_away(found: ChangeRequest) -> list[str]:
    """Return the names of the lines that are not done any more."""
    after = [(line.package, line.description, line.amount) for line in changes.lines_of(found)]
    gone = []
    for line in found.base.lines.all():
        known = (line.package_id, line.description, line.amount)
        if known in after:
            after.remove(known)
        elif line.kind != LineKind.GUARANTEE_FEE:
            gone.append(texts(line.description))
    return gone


def _asked(request: HttpRequest, call: ServiceCall, form: ChangeForm | None, status: int = 200) -> HttpResponse:
    found = changes.open_change(call)
    if found is None or found.state != ChangeState.ASKED:
        if form is not None:
            messages.error(request, str(changes.NoChange.sentence))
        return to_status(call, "change")
    page = {
        "call": call,
        "brand": call.brand,
        "change": found,
        "helper": found.assignment.helper.first_name,
        "form": form or ChangeForm(),
        "price": price_of(call, found),
        "falls_away": falls_away(found),
        "brand_pays": booking.brand_pays(call),
        "code_is_out": code_is_out(call, CodePurpose.CHANGE),
        "code_goes_to": code_goes_to(call),
        "back": reverse("customer:status", args=[call.status_key]),
    }
    return private(render(request, "customer/change.html", page, status=status))


def _browser(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:200]
