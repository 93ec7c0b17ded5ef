"""Adding what two factors need: on the first way in, on the way back, and later from the security page."""

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mila.accounts.actions import (
    CodeWrong,
    PasswordUnfit,
    app_secret,
    begin_app,
    confirm_app,
    end_other_sessions,
    set_password,
)
from mila.accounts.models import SecurityEventKind
from mila.accounts.queries import needs_two_factors
from mila.accounts.rules import Proof, Step
from mila.sites.door import Request
from mila.sites.entrance.entry import Entry, OwnerRequest, on_the_way, owner_only, prove
from mila.sites.entrance.forms import AppForm, NewPasswordForm
from mila.sites.entrance.notices import note
from mila.sites.entrance.party import elsewhere, party_of
from mila.sites.now import unpushed

KEY = "app"


@require_safe
@on_the_way(Step.ENROL)
def begin(request: Request, entry: Entry) -> HttpResponse:
    """Let somebody who needs two factors choose: a passkey, or an app and a password."""
    return render(request, "entrance/begin.html", {"party": party_of(request), "elsewhere": elsewhere(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def app(request: OwnerRequest) -> HttpResponse:
    """Show the secret as a QR code and in letters, and add the app once it shows the right code."""
    if not needs_two_factors(request.owner):
        return redirect("entrance:security")
    if request.method != "POST":
        request.session[KEY] = begin_app()
        return _shown(request, AppForm())
    form = AppForm(request.POST)
    sealed = request.session.get(KEY)
    if sealed is None or not form.is_valid():
        return _shown(request, form, status=422)
    try:
        confirm_app(account=request.owner, sealed=sealed, code=form.cleaned_data["code"], at=unpushed())
    except CodeWrong as refusal:
        form.add_error("code", str(refusal))
        return _shown(request, form, status=refusal.status)
    return _app_added(request)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def new_password(request: OwnerRequest) -> HttpResponse:
    """Set a password; all other sessions end."""
    if not needs_two_factors(request.owner) or (request.entry and request.entry.step != Step.PASSWORD):
        return redirect("entrance:begin" if request.entry else "entrance:security")
    form = NewPasswordForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _asked(request, form, status=422 if request.method == "POST" else 200)
    try:
        set_password(account=request.owner, password=form.cleaned_data["password"], at=unpushed())
    except PasswordUnfit as refusal:
        form.add_error("password", str(refusal))
        return _asked(request, form, status=refusal.status)
    end_other_sessions(account=request.owner, this=request.session.session_key or "")
    note(request, request.owner, SecurityEventKind.PASSWORD_CHANGED)
    if request.entry:
        return prove(request, request.owner, Proof.PASSWORD)
    update_session_auth_hash(request, request.owner)
    messages.success(request, _("Your password was changed. All other devices are signed out."))
    return redirect("entrance:security")


def _app_added(request: OwnerRequest) -> HttpResponse:
    del request.session[KEY]
    note(request, request.owner, SecurityEventKind.APP_ADDED)
    if request.entry:
        return prove(request, request.owner, Proof.APP)
    messages.success(request, _("The app was added."))
    return redirect("entrance:security" if request.owner.has_usable_password() else "entrance:new_password")


def _asked(request: OwnerRequest, form: NewPasswordForm, status: int) -> HttpResponse:
    return render(request, "entrance/new_password.html", {"form": form, "owner": request.owner}, status=status)


def _shown(request: OwnerRequest, form: AppForm, status: int = 200) -> HttpResponse:
    address = app_secret(request.session.setdefault(KEY, begin_app())).get_provisioning_uri(request.owner.email, "Mila")
    secret = address.partition("secret=")[2].partition("&")[0]
    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    picture = segno.make(address, error="m").svg_data_uri(border=2, scale=4)
    context = {"form": form, "address": address, "letters": letters, "picture": picture}
    return render(request, "entrance/app.html", context, status=status)
