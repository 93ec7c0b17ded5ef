"""Who may come in: the guards before each role's pages, and the occasions they hand down."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from mila.accounts.models import Account, DeskSeat
from mila.crowd.models import Helper, HelperState
from mila.kernel.occasion import Occasion, Who
from mila.partners.models import Brand
from mila.sites.country import speak_of
from mila.sites.now import now

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


def helper_only(page: Callable[Concatenate[HelperRequest, P], HttpResponseBase]) -> Page[P]:
    """Let only signed-in helpers in: others sign in first, accounts without a helper find nothing (404)."""

    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Account):
            return redirect_to_login(request.get_full_path())
        rows = Helper.objects.select_related("provider__country", "account").exclude(state=HelperState.LEFT)
        helper = rows.filter(account=request.user).first()
        if helper is None:
            raise Http404
        known = cast("HelperRequest", request)
        known.helper = helper
        speak_of(helper.provider.country_id)
        return page(known, *args, **kwargs)

    return cast("Page[P]", guarded)


def desk_only(page: Callable[Concatenate[DeskRequest, P], HttpResponseBase]) -> Page[P]:
    """Let only people with a seat at the desk in: others sign in first, other accounts find nothing (404)."""

    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Account):
            return redirect_to_login(request.get_full_path())
        seat = DeskSeat.objects.filter(account=request.user).first()
        if seat is None:
            raise Http404
        known = cast("DeskRequest", request)
        known.seat = seat
        return page(known, *args, **kwargs)

    return cast("Page[P]", guarded)


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
