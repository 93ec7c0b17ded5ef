"""Messages from the bank: checked on the raw body, heard once."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mila.journey import actions as journey
from mila.kernel.occasion import Occasion, Who
from mila.payments.adapters import SignatureWrong, get_bank
from mila.sites.now import now

LARGEST_MESSAGE = 64 * 1024  # bytes


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a message: 204 when it is heard, again as well; 400 where the signature does not fit."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_MESSAGE:
        return _problem(413, "too_large", gettext("This message is too large."))
    try:
        hear(body=request.body, signature=request.headers.get("Bank-Signature", ""), at=now())
    except SignatureWrong as refusal:
        return _problem(refusal.status, refusal.code, str(refusal))
    return HttpResponse(status=204)


def _problem(status: int, code: str, title: str) -> HttpResponse:
    problem = {"status": status, "title": title, "code": code}
    return JsonResponse(problem, status=status, content_type="application/problem+json")


def hear(*, body: bytes, signature: str, at: datetime) -> None:
    """Hear a message of the bank: the first time it is told to the journey, after that nothing happens."""
    notice = get_bank().read(body=body, signature=signature, at=at)
    journey.bank_notified(notice=notice, now=Occasion(by=Who.BANK, at=at))
