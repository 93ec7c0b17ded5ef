"""Coming in by password, and the second factor after a password or a link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mila.accounts.actions import (
    CodeWrong,
    TooOften,
    must_not_be_too_often,
    note_failure,
    use_app_code,
    use_password,
    use_recovery_code,
)
from mila.accounts.models import Account
from mila.accounts.queries import account_of, holds
from mila.accounts.rules import Proof, Step
from mila.sites.door import Request
from mila.sites.entrance import source
from mila.sites.entrance.entry import Entry, on_the_way, prove, safe
from mila.sites.entrance.forms import CodeForm, PasswordForm
from mila.sites.entrance.party import party_of
from mila.sites.network import network
from mila.sites.now import unpushed

WRONG = _("This address and this password do not belong together.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Take an address and a password, and go on to the second factor; what is wrong is never said more precisely."""
    if request.method != "POST":
        return _asked(request, PasswordForm(initial={"next": request.GET.get("next")}))
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _asked(request, form, status=422)
    email = form.cleaned_data["email"]
    keys = source.guess_keys(request, account_of(email), email)
    try:
        must_not_be_too_often(keys, at=unpushed())
    except TooOften as refusal:
        form.add_error(None, str(refusal))
        return _asked(request, form, status=refusal.status)
    account = use_password(email=email, password=form.cleaned_data["password"])
    if account is None:
        note_failure(keys, at=unpushed())
        form.add_error(None, str(WRONG))
        return _asked(request, form, status=422)
    return prove(request, account, Proof.PASSWORD, safe(request, form.cleaned_data["next"]))


@require_http_methods(["GET", "HEAD", "POST"])
@on_the_way(Step.CODE)
def code(request: Request, entry: Entry) -> HttpResponse:
    """Take a code of the app, or a recovery code."""
    if request.method != "POST":
        return _second(request, entry, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _second(request, entry, form, status=422)
    keys = _code_keys(request, entry.account)
    try:
        must_not_be_too_often(keys, at=unpushed())
        proof = _use(entry.account, form.cleaned_data["code"])
    except TooOften as refusal:
        form.add_error(None, str(refusal))
        return _second(request, entry, form, status=refusal.status)
    except CodeWrong as refusal:
        note_failure(keys, at=unpushed())
        form.add_error("code", str(refusal))
        return _second(request, entry, form, status=refusal.status)
    return prove(request, entry.account, proof)


def _use(account: Account, typed: str) -> Proof:
    digits = "".join(typed.split())
    if digits.isdecimal() and len(digits) == 6:
        use_app_code(account=account, code=digits, at=unpushed())
        return Proof.APP
    use_recovery_code(account=account, code=typed, at=unpushed())
    return Proof.RECOVERY


def _code_keys(request: HttpRequest, account: Account) -> dict[str, str]:
    if source.is_known(request, account):
        return source.guess_keys(request, account, account.email)
    return {"code": str(account.pk), "network": network(request)}


def _asked(request: HttpRequest, form: PasswordForm, status: int = 200) -> HttpResponse:
    return render(request, "entrance/password.html", {"form": form}, status=status)


def _second(request: HttpRequest, entry: Entry, form: CodeForm, status: int = 200) -> HttpResponse:
    held = holds(entry.account)
    context = {"form": form, "holds": held, "party": party_of(request) if held.passkey else None}
    return render(request, "entrance/code.html", context, status=status)
