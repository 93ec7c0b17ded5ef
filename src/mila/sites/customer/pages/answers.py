"""The customer's yes with a one-time code, or the objection; and with whom they do not wish to meet again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites.customer.forms import CodeForm, DoorForm, ObjectionForm
from mila.sites.customer.page import call_or_404, refused, to_status
from mila.sites.customer.pages.status import page
from mila.sites.door import by_customer
from mila.visit.models import CodePurpose


@require_POST
def code(request: HttpRequest, key: str) -> HttpResponse:
    """Send the one-time code to sign off with."""
    call = call_or_404(key)
    return send(request, key, CodePurpose.SIGN_OFF) or to_status(call, "sign-off")


@require_POST
def sign_off(request: HttpRequest, key: str) -> HttpResponse:
    """Sign off with the code; a wrong one is said beside the field."""
    call, form = call_or_404(key), CodeForm(request.POST)
    if not form.is_valid():
        return page(request, key, 422, code_form=form)
    evidence = {"page": "status", "browser": request.headers.get("User-Agent", "")[:200]}
    try:
        journey.sign_off(call_id=call.id, code=form.cleaned_data["code"], evidence=evidence, now=by_customer())
    except Refusal as refusal:
        return page(request, key, refusal.status, code_form=refused(form, refusal))
    messages.success(request, _("Thank you, you have signed off."))
    return to_status(call)


@require_POST
def door(request: HttpRequest, key: str) -> HttpResponse:
    """Take the four digits that the helper reads out at the door; a wrong one is said beside the field."""
    call, form = call_or_404(key), DoorForm(request.POST)
    if not form.is_valid():
        return page(request, key, 422, door_form=form)
    try:
        journey.check_helper(call_id=call.id, code=form.cleaned_data["code"], now=by_customer())
    except Refusal as refusal:
        return page(request, key, refusal.status, door_form=refused(form, refusal))
    return to_status(call, "door")


@require_POST
def objection(request: HttpRequest, key: str) -> HttpResponse:
    """Take the customer's word that something is not right."""
    call, form = call_or_404(key), ObjectionForm(request.POST)
    if not form.is_valid():
        return page(request, key, 422, objection_form=form)
    try:
        journey.object_to(call_id=call.id, words=form.cleaned_data["words"], now=by_customer())
    except Refusal as refusal:
        return page(request, key, refusal.status, objection_form=refused(form, refusal))
    messages.success(request, _("Thank you for telling us. We look into it and get in touch with you."))
    return to_status(call)


@require_POST
def not_again(request: HttpRequest, key: str) -> HttpResponse:
    """Do not send this helper to this customer any more."""
    call = call_or_404(key)
    journey.exclude(call_id=call.id, now=by_customer())
    messages.success(request, _("Noted. Next time somebody else comes."))
    return to_status(call)


@require_POST
def again(request: HttpRequest, key: str) -> HttpResponse:
    """Take back that this helper is not to come again."""
    call = call_or_404(key)
    journey.take_back_exclusion(call_id=call.id, now=by_customer())
    messages.success(request, _("You have taken it back."))
    return to_status(call)


def send(request: HttpRequest, key: str, purpose: CodePurpose) -> HttpResponse | None:
    """Send a one-time code and say where it went; return the page with the refusal where none is sent."""
    try:
        to = journey.Whose.SITE_CONTACT if request.POST.get("to") == "site_contact" else journey.Whose.PAYER
        channel = journey.send_code(call_id=call_or_404(key).id, purpose=purpose, now=by_customer(), to=to)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return page(request, key, refusal.status)
    went = _("We have sent you a code by e-mail.") if channel == "mail" else _("We have sent you a code by SMS.")
    messages.success(request, went)
    return None
