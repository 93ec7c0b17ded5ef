"""Coming in by passkey; adding, naming and removing one. The browser's part is `passkeys.js`."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mila.accounts.actions import (
    Answer,
    LastWayIn,
    PasskeyUnfit,
    PasskeyUnknown,
    RelyingParty,
    add_passkey,
    options_to_add,
    options_to_use,
    remove_passkey,
    rename_passkey,
    use_passkey,
)
from mila.accounts.models import SecurityEventKind
from mila.accounts.rules import Proof
from mila.sites.entrance import source
from mila.sites.entrance.entry import OwnerRequest, owner_only, prove, safe, signed_in_only
from mila.sites.entrance.notices import note
from mila.sites.entrance.party import new_challenge, party_of, spend_challenge
from mila.sites.now import unpushed


@require_POST
@never_cache
def ask_to_use(request: HttpRequest) -> HttpResponse:
    """Answer with what the browser is asked for to come in by passkey."""
    return _json(options_to_use(party=_party(request), challenge=new_challenge(request)))


@require_POST
@never_cache
def use(request: HttpRequest) -> HttpResponse:
    """Come in by the passkey that the browser showed."""
    try:
        account = use_passkey(answer=_answer(request), at=unpushed())
    except PasskeyUnknown as refusal:
        messages.error(request, str(refusal))
        return redirect("entrance:sign_in")
    return prove(request, account, Proof.PASSKEY, safe(request, request.POST.get("next", "")))


@require_POST
@owner_only
def ask_to_add(request: OwnerRequest) -> HttpResponse:
    """Answer with what the browser is asked for to make a passkey."""
    challenge = new_challenge(request)
    return _json(options_to_add(account=request.owner, party=_party(request), challenge=challenge))


@require_POST
@owner_only
def add(request: OwnerRequest) -> HttpResponse:
    """Add the passkey that the browser made; on the way in it counts as shown."""
    try:
        add_passkey(account=request.owner, answer=_answer(request), name=source.device(request), at=unpushed())
    except PasskeyUnfit as refusal:
        messages.error(request, str(refusal))
        return redirect("entrance:begin" if request.entry else "entrance:security")
    note(request, request.owner, SecurityEventKind.PASSKEY_ADDED)
    if request.entry:
        return prove(request, request.owner, Proof.PASSKEY)
    messages.success(request, _("The passkey was added."))
    return redirect("entrance:security")


@require_POST
@signed_in_only
def rename(request: OwnerRequest, passkey_id: UUID) -> HttpResponse:
    """Give a passkey another name."""
    _must_be_own(request, passkey_id)
    rename_passkey(account=request.owner, passkey_id=passkey_id, name=request.POST.get("name", "").replace("\0", ""))
    return redirect("entrance:security")


@require_POST
@owner_only
def remove(request: OwnerRequest, passkey_id: UUID) -> HttpResponse:
    """Forget a passkey, unless it is the last way in."""
    _must_be_own(request, passkey_id)
    try:
        remove_passkey(account=request.owner, passkey_id=passkey_id)
    except LastWayIn as refusal:
        messages.error(request, str(refusal))
    else:
        note(request, request.owner, SecurityEventKind.PASSKEY_REMOVED)
        messages.success(request, _("The passkey was removed here. Remove it in your device or password manager too."))
    return redirect("entrance:security")


def _must_be_own(request: OwnerRequest, passkey_id: UUID) -> None:
    if not request.owner.passkeys.filter(pk=passkey_id).exists():
        raise Http404


def _answer(request: HttpRequest) -> Answer:
    return Answer(_party(request), spend_challenge(request), request.POST.get("answer", ""))


def _party(request: HttpRequest) -> RelyingParty:
    party = party_of(request)
    if party is None:
        raise Http404
    return party


def _json(options: str) -> HttpResponse:
    return HttpResponse(options, content_type="application/json")
