"""On the way in: what somebody has proved so far, kept in the session of a browser that nobody is signed in at yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth import BACKEND_SESSION_KEY, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache

from mila.accounts import queries as accounts
from mila.accounts.actions import forgive
from mila.accounts.models import Account, DeskSeat, SecurityEventKind
from mila.accounts.rules import FOR_COUNTERS, FOR_HELPERS, FOR_STAFF, Limits, Proof, Step, is_fresh, next_step
from mila.accounts.ways import LINK, STRONG, TWO_FACTORS
from mila.crowd import queries as crowd
from mila.partners import queries as partners
from mila.sites.door import Request, signed_in, to_sign_in
from mila.sites.entrance import source
from mila.sites.entrance.notices import note
from mila.sites.network import network
from mila.sites.now import unpushed
from mila.sites.sessions import DEVICE, NETWORK, SessionStore

P = ParamSpec("P")
EntryPage = Callable[Concatenate[Request, "Entry", P], HttpResponse]
Page = Callable[..., HttpResponse]
KEY, LASTS = "entry", timedelta(minutes=15)
PAGE_OF = {Step.CODE: "entrance:code", Step.ENROL: "entrance:begin", Step.PASSWORD: "entrance:new_password"}
CHANGES = frozenset({Step.ENROL, Step.PASSWORD})


@dataclass(frozen=True, slots=True)
class Entry:
    """Who is coming in, what they have proved, and where they were going."""

    account: Account
    proofs: frozenset[Proof]
    going_to: str

    @property
    def step(self) -> Step:
        """Return what comes next."""
        needs_two = accounts.needs_two_factors(self.account)
        return next_step(needs_two=needs_two, proofs=self.proofs, holds=accounts.holds(self.account))


class OwnerRequest(Request):
    """A request by somebody who may change their own ways in."""

    owner: Account
    entry: Entry | None


def entry_of(request: HttpRequest) -> Entry | None:
    """Return who is on the way in with this browser, or None; a way is over after a quarter of an hour."""
    kept = request.session.get(KEY)
    if kept is None or unpushed() - datetime.fromisoformat(kept["at"]) > LASTS:
        return None
    account = Account.objects.filter(pk=kept["account"], is_active=True).first()
    return Entry(account, frozenset(map(Proof, kept["proofs"])), kept["next"]) if account else None


def prove(request: HttpRequest, account: Account, proof: Proof, going_to: str = "") -> HttpResponse:
    """Add a proof and go on: to the next question, or in. A proof of somebody else begins anew."""
    before = entry_of(request)
    same = before is not None and before.account == account
    proofs = (before.proofs if before and same else frozenset()) | {proof}
    entry = Entry(account, proofs, going_to or (before.going_to if before and same else ""))
    step = entry.step
    if step == Step.IN:
        return _come_in(request, entry)
    if before is None or not same:
        request.session.cycle_key()
    kept = {"account": str(account.pk), "proofs": sorted(proofs), "next": entry.going_to, "at": unpushed().isoformat()}
    request.session[KEY] = kept
    return redirect(PAGE_OF.get(step, "entrance:sign_in"))


def on_the_way(step: Step) -> Callable[[EntryPage[P]], Page]:
    """Let those in who are at this step of their way; others begin at the beginning."""

    def guard(page: EntryPage[P]) -> Page:
        @wraps(page)
        @never_cache
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            entry = entry_of(request)
            if entry is None or entry.step != step:
                return redirect("entrance:sign_in")
            return page(cast("Request", request), entry, *args, **kwargs)

        return guarded

    return guard


def owner_only(page: Callable[Concatenate[OwnerRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let those change their ways in who signed in within a quarter of an hour, or are on the way in and have to."""

    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        known = cast("OwnerRequest", request)
        entry = entry_of(request)
        if entry is not None and entry.step in CHANGES:
            known.owner, known.entry = entry.account, entry
            return page(known, *args, **kwargs)
        account = who_is_in(request)
        row = cast("SessionStore", request.session).row
        if account is None or row is None or not is_fresh(signed_in_at=row.signed_in_at, at=unpushed()):
            once_more = urlencode({"next": reverse("entrance:security"), "again": "1"})
            return redirect(f"{reverse('entrance:sign_in')}?{once_more}")
        known.owner, known.entry = account, None
        return page(known, *args, **kwargs)

    return guarded


def signed_in_only(page: Callable[Concatenate[OwnerRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let everybody in who is signed in."""

    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        account = who_is_in(request)
        if account is None:
            return cast("HttpResponse", to_sign_in(request))
        known = cast("OwnerRequest", request)
        known.owner, known.entry = account, None
        return page(known, *args, **kwargs)

    return guarded


def who_is_in(request: HttpRequest) -> Account | None:
    """Return who is signed in as strongly as their roles ask, or None."""
    if not isinstance(request.user, Account):
        return None
    needs_two = accounts.needs_two_factors(request.user)
    if needs_two and request.session.get(BACKEND_SESSION_KEY) not in STRONG:
        return None
    return signed_in(request, _limits(request.user))


def safe(request: HttpRequest, address: str) -> str:
    """Return the address if it is one of ours, else nothing."""
    here = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if here and len(address) <= 500 else ""


def home(account: Account) -> str:
    """Return the door behind which the account's person begins."""
    if crowd.is_helper(account):
        return reverse("provider:home")
    if DeskSeat.objects.filter(account=account).exists():
        return reverse("desk:home")
    return reverse("branch:home") if partners.seat_of(account) else "/"


def _limits(account: Account) -> Limits:
    if not accounts.needs_two_factors(account):
        return FOR_HELPERS
    return FOR_COUNTERS if partners.seat_of(account) else FOR_STAFF


def _come_in(request: HttpRequest, entry: Entry) -> HttpResponse:
    account, needs_two = entry.account, accounts.needs_two_factors(entry.account)
    was_known = source.is_known(request, account)
    login(request, account, backend=LINK if entry.proofs == {Proof.LINK} else TWO_FACTORS)
    request.session.cycle_key()  # also for somebody who signs in once more
    request.session.pop(KEY, None)
    request.session[DEVICE], request.session[NETWORK] = source.device(request), network(request)
    request.session.set_expiry(_limits(account).absolute)
    forgive({**source.guess_keys(request, account, account.email), "account": account.email, "code": str(account.pk)})
    if Proof.RECOVERY in entry.proofs:
        note(request, account, SecurityEventKind.RECOVERY_CODE_USED)
    elif needs_two and not was_known:
        note(request, account, SecurityEventKind.SIGNED_IN_ELSEWHERE)
    response = redirect(_where(entry, needs_two=needs_two))
    source.remember(request, response, account)
    return response


def _where(entry: Entry, *, needs_two: bool) -> str:
    if needs_two and not accounts.recovery_codes_left(entry.account):
        return reverse("entrance:recovery")
    if Proof.RECOVERY in entry.proofs:
        return reverse("entrance:security")
    return entry.going_to or home(entry.account)
