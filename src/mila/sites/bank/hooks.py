"""Messages from the bank: checked on the raw body, heard once."""

import logging
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mila.journey import actions as journey
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.payments import actions as payments
from mila.payments.adapters import SignatureWrong, get_bank
from mila.sites.now import now

LARGEST_MESSAGE = 64 * 1024  # bytes

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a message: 204 when it is heard, again as well; 400 where the signature does not fit."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_MESSAGE:
        return JsonResponse({"status": 413}, status=413, content_type="application/problem+json")
    try:
        hear(body=request.body, signature=request.headers.get("Bank-Signature", ""), at=now())
    except SignatureWrong as refusal:
        problem = {"status": refusal.status, "title": str(refusal), "code": refusal.code}
        return JsonResponse(problem, status=refusal.status, content_type="application/problem+json")
    return HttpResponse(status=204)


@transaction.atomic
def hear(*, body: bytes, signature: str, at: datetime) -> None:
    """Hear a message of the bank: the first time it is told to the journey, after that nothing happens."""
    notice = get_bank().read(body=body, signature=signature, at=at)
    if not payments.hear_once(notice, at=at) or notice.answer is None:
        return
    try:
        journey.bank_answered(answer=notice.answer, now=Occasion(by=Who.BANK, at=at))
    except Refusal as refusal:
        # Means saved for a call that was given up meanwhile: the bank has done its part, and hears no complaint.
        log.warning("bank message %s came to nothing: %s", notice.id, refusal.code)
