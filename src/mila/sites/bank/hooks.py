"""Messages from the bank: checked on the raw body, heard once."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mila.journey import actions as journey
from mila.kernel.occasion import Occasion, Who
from mila.payments.adapters import SignatureWrong, get_bank
from mila.sites import told
from mila.sites.now import now


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a message: 204 when it is heard, again as well; 400 where the signature does not fit."""
    try:
        hear(body=told.body_of(request), signature=request.headers.get("Bank-Signature", ""), at=now())
    except (told.TooLarge, SignatureWrong) as refusal:
        return told.problem(refusal)
    return HttpResponse(status=204)


def hear(*, body: bytes, signature: str, at: datetime) -> None:
    """Hear a message of the bank: the first time it is told to the journey, after that nothing happens."""
    notice = get_bank().read(body=body, signature=signature, at=at)
    journey.bank_notified(notice=notice, now=Occasion(by=Who.BANK, at=at))
