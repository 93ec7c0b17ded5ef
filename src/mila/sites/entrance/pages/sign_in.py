"""Asking for a link, coming in by it, going out."""

from urllib.parse import urlencode

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.accounts.actions import LinkUnknown, TooOften, make_link, must_not_be_too_often, note_failure, use_link
from mila.accounts.queries import account_of
from mila.accounts.rules import Proof
from mila.messaging import actions as messaging
from mila.sites.door import by_customer
from mila.sites.entrance.entry import prove, safe
from mila.sites.entrance.forms import SignInForm
from mila.sites.entrance.party import elsewhere, party_of
from mila.sites.network import network
from mila.sites.now import now, unpushed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take an address and say that a link is on its way, whoever has the address."""
    if request.method != "POST":
        return _page(request, SignInForm(initial={"next": request.GET.get("next")}))
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    asking = {"asking": network(request)}
    try:
        must_not_be_too_often(asking, at=unpushed())
    except TooOften as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=refusal.status)
    note_failure(asking, at=unpushed())
    _send_link(form.cleaned_data["email"], safe(request, form.cleaned_data["next"]))
    return redirect("entrance:sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a link is on its way, if there is an account."""
    return render(request, "entrance/sent.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """Show one button, which spends the link and goes on: in, or to the second factor where the role asks for it."""
    going_to = safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        return render(request, "entrance/enter.html", {"next": going_to})
    try:
        account = use_link(key=key, at=now())
    except LinkUnknown as refusal:
        again = reverse("entrance:sign_in") + _query(going_to)
        return render(request, "entrance/over.html", {"refusal": refusal, "again": again}, status=refusal.status)
    return prove(request, account, Proof.LINK, going_to)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    response = redirect("entrance:sign_in")
    # What the phone keeps of the app, for when there is no network, is nobody's any more.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    going_to = safe(request, str(form["next"].value() or ""))
    context = {
        "form": form,
        "party": party_of(request),
        "elsewhere": elsewhere(request),
        "again": "again" in request.GET,
        "next": going_to,
        "query": _query(going_to),
    }
    return render(request, "entrance/ask.html", context, status=status)


@transaction.atomic
def _send_link(email: str, going_to: str) -> None:
    occasion = by_customer()
    key = make_link(email=email, at=occasion.at)
    account = account_of(email)
    if key is None or account is None:
        return
    path = reverse("entrance:enter", args=[key]) + _query(going_to)
    messaging.send_sign_in_link(account=account, url_path=path, now=occasion)


def _query(going_to: str) -> str:
    return f"?{urlencode({'next': going_to})}" if going_to else ""
