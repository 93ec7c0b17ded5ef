"""Somebody's own ways in: what there is, on which devices they are signed in, and what happened lately."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.accounts import queries as accounts
from mila.accounts.actions import (
    LastWayIn,
    end_other_sessions,
    end_session,
    make_recovery_codes,
    remove_app,
)
from mila.accounts.models import Authenticator, SecurityEventKind
from mila.sites.entrance.entry import OwnerRequest, home, owner_only, signed_in_only
from mila.sites.entrance.notices import note
from mila.sites.entrance.party import elsewhere, party_of
from mila.sites.now import unpushed

EVENTS = 10


@require_safe
@signed_in_only
def security(request: OwnerRequest) -> HttpResponse:
    """Show passkeys, password, app, recovery codes, sessions and the latest events."""
    owner = request.owner
    context = {
        "owner": owner,
        "back": home(owner),
        "needs_two": accounts.needs_two_factors(owner),
        "passkeys": owner.passkeys.all(),
        "app": Authenticator.objects.filter(account=owner).first(),
        "codes_left": accounts.recovery_codes_left(owner),
        "sessions": accounts.sessions_of(owner, unpushed()),
        "this": request.session.session_key,
        "events": owner.security_events.all()[:EVENTS],
        "party": party_of(request),
        "elsewhere": elsewhere(request),
    }
    return render(request, "entrance/security.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def recovery(request: OwnerRequest) -> HttpResponse:
    """Make ten recovery codes and show them, this once."""
    codes: list[str] = []
    if request.method == "POST":
        codes = make_recovery_codes(account=request.owner)
        note(request, request.owner, SecurityEventKind.RECOVERY_CODES_MADE)
    context = {"codes": codes, "left": accounts.recovery_codes_left(request.owner), "home": home(request.owner)}
    return render(request, "entrance/recovery.html", context)


@require_POST
@owner_only
def app_remove(request: OwnerRequest) -> HttpResponse:
    """Forget the app, unless it is the last second factor."""
    try:
        remove_app(account=request.owner)
    except LastWayIn as refusal:
        messages.error(request, str(refusal))
    else:
        note(request, request.owner, SecurityEventKind.APP_REMOVED)
        messages.success(request, _("The app was removed."))
    return redirect("entrance:security")


@require_POST
@signed_in_only
def session_end(request: OwnerRequest, number: UUID) -> HttpResponse:
    """Sign one device out."""
    if not request.owner.sessions.filter(number=number).exists():
        raise Http404
    end_session(account=request.owner, number=number)
    messages.success(request, _("That device is signed out."))
    return redirect("entrance:security")


@require_POST
@signed_in_only
def sessions_end(request: OwnerRequest) -> HttpResponse:
    """Sign all other devices out."""
    end_other_sessions(account=request.owner, this=request.session.session_key or "")
    messages.success(request, _("All other devices are signed out."))
    return redirect("entrance:security")
