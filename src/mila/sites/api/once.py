"""Once per Idempotency-Key: the first request acts, a repeated one gets the same answer.

After draft-ietf-httpapi-idempotency-key-header-07: another request under the same key is refused (422), one that is
still being answered too (409). Answers are kept for 72 hours.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from mila.kernel.refusal import Refusal
from mila.sites.api import problems
from mila.sites.api.guard import key_of
from mila.sites.api.models import StoredAnswer
from mila.sites.now import now

P = ParamSpec("P")
KEPT = timedelta(hours=72)
LEASE = timedelta(seconds=60)  # after this, whoever was answering is taken for dead
SWEPT_AT_ONCE = 20


def said(shape: BaseModel, status: int = 200) -> HttpResponse:
    """Return an answer as JSON."""
    return HttpResponse(shape.model_dump_json(), content_type="application/json", status=status)


def once(
    page: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a page act once per Idempotency-Key, which is among its parameters.

    Refusals are answers too, and are kept; what failed on our side is not, so that it can be tried again.
    """

    @wraps(page)
    def acting_once(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        row = _begin(request, named(str(kwargs["idempotency_key"])))
        if row.status is not None:
            return _again(row)
        try:
            response = _answered(page, request, *args, **kwargs)
        except Exception:
            row.delete()
            raise
        row.status, row.body = response.status_code, response.content.decode()
        row.save(update_fields=["status", "body"])
        return response

    return acting_once


def named(key: str) -> str:
    """Return the key without the quotes that a structured field has."""
    return key[1:-1] if len(key) > 2 and key[0] == key[-1] == '"' else key


def submission_key(request: HttpRequest, idempotency_key: str) -> str:
    """Return what makes a booking happen once, for this brand's key and this Idempotency-Key."""
    both = f"{key_of(request).id}:{named(idempotency_key)}"
    return f"api:{hashlib.sha256(both.encode()).hexdigest()}"


def _answered(
    page: Callable[Concatenate[HttpRequest, P], HttpResponse], request: HttpRequest, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    try:
        return page(request, *args, **kwargs)
    except Refusal as refusal:
        return problems.answer(refusal)


def _again(row: StoredAnswer) -> HttpResponse:
    kind = problems.MEDIA_TYPE if (row.status or 0) >= 400 else "application/json"
    response = HttpResponse(row.body, content_type=kind, status=row.status)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _begin(request: HttpRequest, key: str) -> StoredAnswer:
    """Return the row of the request: a new one to be answered, or the answered one. Refuses another's and a running."""
    at, fingerprint = now(), _fingerprint(request)
    _sweep(at)
    fresh = StoredAnswer(api_key=key_of(request), idempotency_key=key, fingerprint=fingerprint, begun_at=at)
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:
        return _known(request, key, fingerprint, at)
    return fresh


def _known(request: HttpRequest, key: str, fingerprint: str, at: datetime) -> StoredAnswer:
    row = StoredAnswer.objects.filter(api_key=key_of(request), idempotency_key=key).first()
    if row is None:  # its answer failed just now, and was taken away
        raise problems.StillRunning
    if row.begun_at <= at - KEPT:
        row.delete()
        return _begin(request, key)
    if row.fingerprint != fingerprint:
        raise problems.IdempotencyKeyReused
    if row.status is None and not _taken_over(row, at):
        raise problems.StillRunning
    return row


def _taken_over(row: StoredAnswer, at: datetime) -> bool:
    """Take over from somebody who died while answering; of several who try, one succeeds."""
    dead = StoredAnswer.objects.filter(pk=row.pk, status=None, begun_at=row.begun_at, begun_at__lte=at - LEASE)
    return dead.update(begun_at=at) == 1


def _sweep(at: datetime) -> None:
    old = StoredAnswer.objects.filter(Q(begun_at__lte=at - KEPT)).values("pk")[:SWEPT_AT_ONCE]
    StoredAnswer.objects.filter(pk__in=old).delete()


def _fingerprint(request: HttpRequest) -> str:
    """Return the SHA-256 of method, path and body, whatever the order and spacing of its members."""
    return hashlib.sha256(f"{request.method} {request.path} {_said(request.body)}".encode()).hexdigest()


def _said(body: bytes) -> str:
    # Where an operation takes no body, whatever was sent there is told apart as it came.
    try:
        return json.dumps(json.loads(body), sort_keys=True) if body else ""
    except (ValueError, RecursionError):
        return body.hex()
