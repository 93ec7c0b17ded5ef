"""Writing to the Help Center: from the page of a call, or by anybody; and the page on which one reads on."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mila.accounts.actions import note_failure
from mila.accounts.queries import opens_at
from mila.booking.models import ServiceCall
from mila.journey.actions import help_center as verbs
from mila.kernel.ids import new_key
from mila.kernel.refusal import Refusal
from mila.partners import queries as partners
from mila.quality import inquiries
from mila.quality.inquiries import WORDS_AT_MOST, Asker, TooManyInquiries
from mila.quality.models import Inquiry
from mila.sites.country import speak_of
from mila.sites.customer.draft import language
from mila.sites.customer.page import call_or_404, front, of_brand, private, refused
from mila.sites.customer.shop import shop
from mila.sites.door import by_customer
from mila.sites.network import network
from mila.sites.now import unpushed

both_ways = require_http_methods(["GET", "HEAD", "POST"])


class WordsForm(forms.Form):
    """What somebody writes; `key` makes a repeated submit write once."""

    words = forms.CharField(
        label=gettext_lazy("Your message"), max_length=WORDS_AT_MOST, widget=forms.Textarea({"rows": 6})
    )
    key = forms.RegexField(r"^[\w-]{20,80}$", required=False, widget=forms.HiddenInput)


class HelpForm(WordsForm):
    """A message of somebody who is not known; who fills in `website`, which no person sees, is a program."""

    field_order = ("name", "email", "words")

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Our answer goes there."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    website = forms.CharField(required=False, max_length=200)


@both_ways
def help_center(request: HttpRequest) -> HttpResponse:
    """Take a message of anybody; nothing is sent to the address that was typed before somebody answers."""
    asked = of_brand(request)
    country = shop(asked).country
    form = HelpForm(request.POST) if request.method == "POST" else HelpForm(initial={"key": new_key()})
    if not form.is_bound or not form.is_valid():
        return _page(request, form, {}, 422 if form.is_bound else 200)
    said = form.cleaned_data
    if said["website"]:
        return redirect("customer:help")

    def asker() -> Asker:
        return Asker(asked.brand, country, said["name"], said["email"], "", language())

    return _write(request, form, asker, {})


@both_ways
def about_call(request: HttpRequest, key: str) -> HttpResponse:
    """Take a message about a call; the answer goes to who booked, whoever has the link.

    What was written is not shown here: the link of a call is read by more people than the one who wrote.
    """
    call = call_or_404(key)
    about = _about(call)
    form = WordsForm(request.POST) if request.method == "POST" else WordsForm(initial={"key": new_key()})
    if not form.is_bound or not form.is_valid():
        return _page(request, form, about, 422 if form.is_bound else 200)

    def asker() -> Asker:
        booker = call.booker
        return Asker(call.brand, call.country, booker.name, booker.email, booker.phone, booker.language, call)

    return _write(request, form, asker, about)


@both_ways
def inquiry(request: HttpRequest, inquiry_key: str) -> HttpResponse:
    """Show what was written and answered, and take a further word."""
    row = inquiries.of_key(inquiry_key)
    if row is None or row.helper_id is not None:
        raise Http404
    speak_of(row.country_id)
    form = WordsForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _thread(request, row, form, 422 if request.method == "POST" else 200)
    try:
        verbs.go_on(inquiry_id=row.pk, words=form.cleaned_data["words"], now=by_customer())
    except Refusal as refusal:
        return _thread(request, row, refused(form, refusal), refusal.status)
    messages.success(request, _("Thank you. We answer within a day."))
    return redirect("customer:inquiry", inquiry_key=inquiry_key)


def _write(request: HttpRequest, form: WordsForm, asker: Callable[[], Asker], about: dict[str, object]) -> HttpResponse:
    keys = {"writing": network(request)}
    try:
        if opens_at(keys, unpushed()) is not None:
            raise TooManyInquiries
        said = form.cleaned_data
        row = verbs.ask(asker=asker(), words=said["words"], key=said["key"] or new_key(), now=by_customer())
    except Refusal as refusal:
        return _page(request, refused(form, refusal), about, refusal.status)
    note_failure(keys, at=unpushed())
    messages.success(request, _("Thank you. We answer within a day."))
    return redirect("customer:inquiry", inquiry_key=row.key)


def _about(call: ServiceCall) -> dict[str, object]:
    return {
        "call": call,
        "brand": call.brand,
        "earlier": inquiries.of_call(call).filter(helper=None)[:10],
        "back": reverse("customer:status", args=[call.status_key]),
        "support": partners.support(country=call.country_id, brand=call.brand),
    }


def _page(request: HttpRequest, form: WordsForm, about: dict[str, object], status: int) -> HttpResponse:
    answer = render(request, "customer/help.html", {**front(), **about, "form": form}, status=status)
    return private(answer) if about else answer


def _thread(request: HttpRequest, row: Inquiry, form: WordsForm, status: int) -> HttpResponse:
    page = {**front(), "inquiry": row, "brand": row.brand, "lines": row.lines.order_by("at", "id"), "form": form}
    page["support"] = partners.support(country=row.country_id, brand=row.brand)
    return private(render(request, "customer/inquiry.html", page, status=status))
