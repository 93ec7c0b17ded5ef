"""The stand-in's pages: choose a test card, say yes or no to 3-D Secure. They exist only where no real bank is."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mila.kernel.signatures import sign
from mila.payments.adapters.test import cards, pages
from mila.payments.adapters.test.models import Page, PageKind
from mila.payments.adapters.test.pages import Next
from mila.sites.bank.hooks import hear
from mila.sites.now import now

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def only_without_real_bank(view: View[P]) -> View[P]:
    """Let the pages be found in demonstration and tests only."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.MODE == "production" or settings.MILA_BANK != "test":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_without_real_bank
@never_cache
@require_http_methods(["GET", "POST"])
def choose_card(request: HttpRequest, page_id: str) -> HttpResponse:
    """Show the test cards; try the one chosen."""
    page = get_object_or_404(Page, pk=page_id)
    if page.done_at is not None:
        return HttpResponseRedirect(page.return_url)
    digits = request.POST.get("card", "")
    if digits not in cards.CARDS:
        return _show(request, page, nothing_chosen=request.method == "POST")
    at = now()
    return _go(request, page_id, pages.choose(page_id, digits=digits, at=at), at)


@only_without_real_bank
@never_cache
@require_http_methods(["GET", "POST"])
def secure(request: HttpRequest, page_id: str) -> HttpResponse:
    """Ask for the yes or no that a cardholder gives in the bank's app."""
    page = get_object_or_404(Page, pk=page_id)
    if page.done_at is not None or not page.card:
        return HttpResponseRedirect(page.return_url)
    if request.method == "GET":
        return render(request, "bank/secure.html", {"page": page, "card": cards.CARDS[page.card]})
    at = now()
    return _go(request, page_id, pages.confirm(page_id, approved=request.POST.get("answer") == "approve", at=at), at)


def _go(request: HttpRequest, page_id: str, where: Next, at: datetime) -> HttpResponse:
    page = get_object_or_404(Page, pk=page_id)
    if where == Next.SECURE:
        return redirect("bank:secure", page_id)
    _send_messages(page, at)
    if where == Next.DECLINED:
        return _show(request, page, declined=True)
    return HttpResponseRedirect(page.return_url)


def _send_messages(page: Page, at: datetime) -> None:
    secret = settings.MILA_BANK_SECRET.split(",")[0]
    for body in pages.messages_to_send(page, at=at):
        hear(body=body, signature=sign(body=body, secret=secret, at=at), at=at)


def _show(request: HttpRequest, page: Page, **what: bool) -> HttpResponse:
    facts = {"page": page, "cards": cards.CARDS.values(), "is_payment": page.kind == PageKind.PAYMENT}
    # 422: the form is wrong or the card was declined, and the page says so beside the cards.
    return render(request, "bank/page.html", facts | what, status=422 if any(what.values()) else 200)
