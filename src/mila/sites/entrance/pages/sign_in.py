"""Asking for a link, coming in by it, going out."""

from urllib.parse import urlencode

from django import forms
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.accounts.actions import LinkUnknown, make_link, use_link
from mila.accounts.models import Account, DeskSeat
from mila.crowd import queries as crowd
from mila.messaging import actions as messaging
from mila.sites.door import by_customer
from mila.sites.now import now

BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInForm(forms.Form):
    """An e-mail address, and where its person was going."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Please enter your e-mail address."),
            "invalid": _("This is not an e-mail address. It looks like name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take an address and say that a link is on its way, whoever has the address."""
    if request.method != "POST":
        return render(request, "entrance/ask.html", {"form": SignInForm(initial={"next": request.GET.get("next")})})
    form = SignInForm(request.POST)
    if not form.is_valid():
        return render(request, "entrance/ask.html", {"form": form}, status=422)
    _send_link(form.cleaned_data["email"], _safe(request, form.cleaned_data["next"]))
    return redirect("entrance:sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a link is on its way, if there is an account."""
    return render(request, "entrance/sent.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """Show one button, which spends the link and signs in."""
    going_to = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        return render(request, "entrance/enter.html", {"next": going_to})
    try:
        account = use_link(key=key, at=now())
    except LinkUnknown as refusal:
        again = reverse("entrance:sign_in") + _query(going_to)
        return render(request, "entrance/over.html", {"refusal": refusal, "again": again}, status=refusal.status)
    login(request, account, backend=BACKEND)
    return redirect(going_to or _home(account))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    response = redirect("entrance:sign_in")
    # What the phone keeps of the app, for when there is no network, is nobody's any more.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@transaction.atomic
def _send_link(email: str, going_to: str) -> None:
    occasion = by_customer()
    key = make_link(email=email, at=occasion.at)
    account = Account.objects.filter(email__iexact=email, is_active=True).first()
    if key is None or account is None:
        return
    path = reverse("entrance:enter", args=[key]) + _query(going_to)
    messaging.send_sign_in_link(account=account, url_path=path, now=occasion)


def _safe(request: HttpRequest, address: str) -> str:
    here = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if here and len(address) <= 500 else ""


def _query(going_to: str) -> str:
    return f"?{urlencode({'next': going_to})}" if going_to else ""


def _home(account: Account) -> str:
    if crowd.is_helper(account):
        return reverse("provider:home")
    if DeskSeat.objects.filter(account=account).exists():
        return reverse("desk:home")
    return "/"
