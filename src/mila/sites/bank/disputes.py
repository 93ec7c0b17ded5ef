"""The cardholder's side of the stand-in: payments are disputed here, and verdicts fall. In a demonstration only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mila.kernel.signatures import sign
from mila.payments.adapters.test import disputing
from mila.payments.adapters.test.models import Disputed, Taken, TakenState, Word
from mila.payments.models import Charge, ChargeState
from mila.sites.bank.hooks import hear
from mila.sites.now import now

SHOWN = 30
NOBODY_KNOWS = "sent_to_arbitration"  # a word that the house has never heard

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

BEGINS: tuple[tuple[str, Promise], ...] = (
    (Word.NEEDS_RESPONSE, _("The money is taken back at once")),
    (Word.WARNING, _("A warning first; no money moves")),
    (NOBODY_KNOWS, _("With a word that nobody knows")),
)
REASONS: tuple[tuple[str, Promise], ...] = (
    ("product_unacceptable", _("The work was not good")),
    ("product_not_received", _("Nobody came")),
    ("fraudulent", _("I do not know this payment")),
    ("duplicate", _("I paid twice")),
)
TURNS: tuple[tuple[str, Promise], ...] = (
    (Word.NEEDS_RESPONSE, _("Take the money back")),
    (Word.WON, _("The house is right")),
    (Word.LOST, _("The customer is right")),
    (Word.PREVENTED, _("The customer takes it back")),
    (NOBODY_KNOWS, _("Say a word that nobody knows")),
)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as its cardholder sees it, with what came of disputing it, and what the bank may do next."""

    taken: Taken
    charge: Charge
    disputes: list[Disputed]
    turns: list[tuple[str, Promise]]


def in_a_demonstration(view: View[P]) -> View[P]:
    """Let the pages be found in a demonstration with the stand-in only."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMONSTRATION or settings.MILA_BANK != "test":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@in_a_demonstration
@never_cache
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """Show the last payments, each to be disputed, and the disputes, each to be decided."""
    return render(request, "bank/disputes.html", {"payments": _last(), "begins": BEGINS, "reasons": REASONS})


@in_a_demonstration
@require_POST
def open_dispute(request: HttpRequest) -> HttpResponse:
    """Dispute a payment as its cardholder."""
    word, reason, at = request.POST.get("word", ""), request.POST.get("reason", ""), now()
    if word not in dict(BEGINS) or reason not in dict(REASONS):
        raise Http404
    key = request.POST.get("taken", "").replace("\0", "")  # the database takes no NUL in a text
    taken = get_object_or_404(Taken, pk=key, state=TakenState.CAPTURED)
    row = disputing.open_dispute(taken_id=taken.pk, amount=taken.captured, reason=reason, word=word, at=at)
    _send(row, at)
    return redirect("bank:disputes")


@in_a_demonstration
@require_POST
def turn(request: HttpRequest, disputed_id: str) -> HttpResponse:
    """Let the bank say its next word about a dispute."""
    row, word, at = get_object_or_404(Disputed, pk=disputed_id), request.POST.get("word", ""), now()
    if word not in dict(_turns(row)):
        raise Http404
    _send(disputing.turn(dispute_id=row.pk, word=word, at=at), at)
    return redirect("bank:disputes")


def _send(row: Disputed, at: datetime) -> None:
    secret = settings.MILA_BANK_SECRET.split(",")[0]
    for body in disputing.messages_about(row, at=at):
        hear(body=body, signature=sign(body=body, secret=secret, at=at), at=at)


def _last() -> list[Payment]:
    charges = Charge.objects.filter(state=ChargeState.CAPTURED).exclude(reference="").select_related("call__payer")
    charges = charges.order_by("-captured_at", "-id")[:SHOWN]
    taken = Taken.objects.prefetch_related("disputes").in_bulk([charge.reference for charge in charges])
    return [_payment(taken[charge.reference], charge) for charge in charges if charge.reference in taken]


def _payment(taken: Taken, charge: Charge) -> Payment:
    disputes = sorted(taken.disputes.all(), key=lambda row: row.opened_at)
    return Payment(taken, charge, disputes, _turns(disputes[-1]) if disputes else [])


def _turns(row: Disputed) -> list[tuple[str, Promise]]:
    if row.word in disputing.OVER:
        return []
    return [(word, said) for word, said in TURNS if word != Word.NEEDS_RESPONSE or not row.withdrawn]
