"""Who may come in: the guards before each role's pages, and the occasions they hand down."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache

from mila.accounts.models import Account, DeskSeat, Session
from mila.accounts.rules import FOR_COUNTERS, FOR_HELPERS, FOR_STAFF, SEEN_EVERY, Limits, is_over
from mila.accounts.ways import STRONG
from mila.crowd.models import Helper, HelperState
from mila.kernel.occasion import Occasion, Who
from mila.partners import queries as partners
from mila.partners.models import BranchSeat, Brand
from mila.sites.country import speak_of
from mila.sites.now import now, unpushed
from mila.sites.sessions import SessionStore
from mila.worded import worded

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Request(HttpRequest):
    """A request at any door; `brand` is the brand in front."""

    brand: Brand


class HelperRequest(Request):
    """A request by a signed-in helper."""

    helper: Helper


class DeskRequest(Request):
    """A request by somebody at the desk."""

    seat: DeskSeat


class CounterRequest(Request):
    """A request by somebody at the counter of a brand's branch."""

    counter: BranchSeat


def helper_only(page: Callable[Concatenate[HelperRequest, P], HttpResponseBase]) -> Page[P]:
    """Let only signed-in helpers in: others sign in first, accounts without a helper find nothing (404)."""

    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = signed_in(request, FOR_HELPERS)
        if account is None:
            return to_sign_in(request)
        helper = next(iter(_helpers(account.pk)), None)
        if helper is None:
            raise Http404
        known = cast("HelperRequest", request)
        helper.account = account
        known.helper = helper
        speak_of(helper.provider.country_id)
        return page(known, *args, **kwargs)

    return cast("Page[P]", guarded)


def desk_only(page: Callable[Concatenate[DeskRequest, P], HttpResponseBase]) -> Page[P]:
    """Let only people with a seat at the desk in: others sign in first, other accounts find nothing (404).

    Nobody comes to the desk by a link alone, whatever page let them in: they sign in anew, with two factors.
    """

    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = signed_in(request, FOR_STAFF)
        if account is None:
            return to_sign_in(request)
        seat = next(iter(_seats(account.pk)), None)
        if seat is None:
            raise Http404
        seat.account = account
        if request.session.get(BACKEND_SESSION_KEY) not in STRONG:
            logout(request)
            return to_sign_in(request)
        known = cast("DeskRequest", request)
        known.seat = seat
        return page(known, *args, **kwargs)

    return cast("Page[P]", guarded)


def counter_only(page: Callable[Concatenate[CounterRequest, P], HttpResponseBase]) -> Page[P]:
    """Let only people at the counter of a branch in, by two factors; others sign in first, or find nothing (404).

    The branch's brand is in front, whatever address they came by.
    """

    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = signed_in(request, FOR_COUNTERS)
        if account is None:
            return to_sign_in(request)
        counter = partners.seat_of(account)
        if counter is None:
            raise Http404
        if request.session.get(BACKEND_SESSION_KEY) not in STRONG:
            logout(request)
            return to_sign_in(request)
        known = cast("CounterRequest", request)
        known.counter, known.brand = counter, counter.branch.brand
        speak_of(counter.branch.country_id)
        return page(known, *args, **kwargs)

    return cast("Page[P]", guarded)


def signed_in(request: HttpRequest, limits: Limits) -> Account | None:
    """Return who is signed in, or None; a session that was unused or lasted for too long ends here."""
    if not isinstance(request.user, Account):
        return None
    row = cast("SessionStore", request.session).row
    if row is not None:
        at = unpushed()
        if is_over(signed_in_at=row.signed_in_at, last_seen_at=row.last_seen_at, at=at, limits=limits):
            logout(request)
            return None
        # A page that looks again by itself is nobody's presence.
        if at - row.last_seen_at > SEEN_EVERY and (request.method == "POST" or "HX-Request" not in request.headers):
            Session.objects.filter(pk=row.pk).update(last_seen_at=at)
    return request.user


@worded
def _helpers(account: UUID) -> QuerySet[Helper]:
    return Helper.objects.select_related("provider__country").exclude(state=HelperState.LEFT).filter(account=account)


@worded
def _seats(account: UUID) -> QuerySet[DeskSeat]:
    return DeskSeat.objects.filter(account=account)


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Lead to the sign-in and back again; a part of a page takes its whole page along."""
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())


def by_customer() -> Occasion:
    """Return the occasion of a customer acting now."""
    return Occasion(by=Who.CUSTOMER, at=now())


def by_helper(request: HelperRequest) -> Occasion:
    """Return the occasion of the signed-in helper acting now."""
    return Occasion(by=Who.PROVIDER, at=now(), actor=request.helper.id)


def by_desk(request: DeskRequest) -> Occasion:
    """Return the occasion of the person at the desk acting now."""
    account: UUID = request.seat.account_id
    return Occasion(by=Who.DESK, at=now(), actor=account)


def by_counter(request: CounterRequest) -> Occasion:
    """Return the occasion of the person at the branch's counter acting now."""
    account: UUID = request.counter.account_id
    return Occasion(by=Who.BRAND, at=now(), actor=account)
