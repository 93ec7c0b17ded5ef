"""Writing to the Help Center, as a helper: about a visit or anything else, and reading the answers."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mila.booking import queries as booking
from mila.booking.models import AssignmentState, ServiceCall
from mila.journey.actions import help_center as verbs
from mila.kernel.ids import new_key
from mila.kernel.refusal import Refusal
from mila.partners import queries as partners
from mila.quality import inquiries
from mila.quality.inquiries import WORDS_AT_MOST, Asker
from mila.quality.models import Inquiry
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.provider.shell import Context, show
from mila.sites.provider.warning import WarnsOfPasswords

SHOWN = 20


class HelpForm(WarnsOfPasswords):
    """What a helper writes, and about which visit; `key` makes a repeated submit write once."""

    words = forms.CharField(
        label=gettext_lazy("Your message"), max_length=WORDS_AT_MOST, widget=forms.Textarea({"rows": 6})
    )
    key = forms.RegexField(r"^[\w-]{20,80}$", required=False, widget=forms.HiddenInput)
    visit = forms.UUIDField(required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def help_center(request: HelperRequest) -> HttpResponse:
    """Show what was asked so far, and take a new message; about the visit that the address names, if it is theirs."""
    if request.method != "POST":
        return _page(request, HelpForm(initial={"key": new_key(), "visit": request.GET.get("visit", "")[:40]}))
    form = HelpForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    said = form.cleaned_data
    try:
        row = verbs.ask(
            asker=_asker(request, _call(request, said["visit"])),
            words=said["words"],
            key=said["key"] or new_key(),
            now=by_helper(request),
        )
    except Refusal as refusal:
        return _page(request, _beside(form, refusal), refusal.status)
    messages.success(request, _("Thank you. We answer within a day."))
    return redirect("provider:inquiry", inquiry_id=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@helper_only
def inquiry(request: HelperRequest, inquiry_id: UUID) -> HttpResponse:
    """Show what was written and answered, and take a further word; another's is not found (404)."""
    row = inquiries.of_helper(request.helper.id).filter(pk=inquiry_id).first()
    if row is None:
        raise Http404
    form = HelpForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _thread(request, row, form, 422 if form.is_bound else 200)
    try:
        verbs.go_on(inquiry_id=row.pk, words=form.cleaned_data["words"], now=by_helper(request))
    except Refusal as refusal:
        return _thread(request, row, _beside(form, refusal), refusal.status)
    messages.success(request, _("Thank you. We answer within a day."))
    return redirect("provider:inquiry", inquiry_id=inquiry_id)


def _call(request: HelperRequest, call_id: UUID | None) -> ServiceCall | None:
    held = booking.visit_of_helper(call_id, request.helper.id) if call_id else None
    return held.call if held else None


def _asker(request: HelperRequest, call: ServiceCall | None) -> Asker:
    helper = request.helper
    return Asker(
        brand=call.brand if call else partners.own_brand(),
        country=helper.provider.country,
        name=f"{helper.first_name} {helper.last_name}",
        email=helper.account.email,
        phone=helper.phone,
        language=(get_language() or "en")[:2],
        call=call,
        helper=helper,
    )


def _page(request: HelperRequest, form: HelpForm, status: int = 200) -> HttpResponse:
    visit = form["visit"].value()
    held = booking.visit_of_helper(UUID(str(visit)), request.helper.id) if _is_id(visit) else None
    context: Context = {
        "form": form,
        "earlier": inquiries.of_helper(request.helper.id)[:SHOWN],
        "about": held.call if held and held.state != AssignmentState.RELEASED else None,
        "own_support": partners.support(country=request.helper.provider.country_id, brand=partners.own_brand()),
        "back": reverse("provider:me"),
    }
    answer = show(request, "provider/help.html", context, tab="me")
    answer.status_code = status
    return answer


def _is_id(given: object) -> bool:
    try:
        UUID(str(given))
    except ValueError:
        return False
    return True


def _thread(request: HelperRequest, row: Inquiry, form: HelpForm, status: int) -> HttpResponse:
    context: Context = {"inquiry": row, "lines": row.lines.order_by("at", "id"), "form": form}
    answer = show(request, "provider/inquiry.html", {**context, "back": reverse("provider:help")}, tab="me")
    answer.status_code = status
    return answer


def _beside(form: HelpForm, refusal: Refusal) -> HelpForm:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return form
