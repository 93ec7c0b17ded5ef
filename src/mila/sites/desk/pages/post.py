"""What the house wrote to people: what waits, what left, what could not be delivered."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.messaging.actions.outbox import SECRET
from mila.messaging.models import Message, MessageState
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.worded import worded

PAGE = 50
TABS = (
    (MessageState.DEAD, _("Not delivered")),
    (MessageState.QUEUED, _("Waiting")),
    (MessageState.SENT, _("Sent")),
    (MessageState.EXPIRED, _("Too late")),
)


@require_safe
@desk_only
def messages(request: DeskRequest) -> HttpResponse:
    """Show the messages of one state, newest first; what could not be delivered stands first."""
    asked = request.GET.get("state", "")
    state = asked if asked in MessageState.values else MessageState.DEAD
    before = _before(request.GET.get("before", ""))
    rows = _written_before(state, before) if before else _written_last(state)
    tabs = [{"key": key, "name": name, "current": key == state} for key, name in TABS]
    older = rows[PAGE - 1].made_at.isoformat() if len(rows) > PAGE else ""
    context = {**frame("messages"), "rows": rows[:PAGE], "tabs": tabs, "state": state, "older": older}
    return render(request, "desk/messages.html", context)


@require_safe
@desk_only
def message(request: DeskRequest, message_id: UUID) -> HttpResponse:
    """Show one message as a person at the desk may read it: its text, unless it is a secret."""
    found = Message.objects.filter(pk=message_id).select_related("call").first()
    if found is None:
        raise Http404
    context = {
        **frame("messages"),
        "message": found,
        "secret": found.template in SECRET,
        "put_back": found.put_back.select_related("by__desk_seat").order_by("at"),
    }
    return render(request, "desk/message.html", context)


@require_POST
@desk_only
def put_back(request: DeskRequest, message_id: UUID) -> HttpResponse:
    """Put a message that was given up back into the outbox; who did so stands beside it from then on."""
    if not Message.objects.filter(pk=message_id).exists():
        raise Http404
    try:
        messaging.put_back(message_id=message_id, by=request.seat.account, now=by_desk(request))
    except Refusal as refusal:
        notices.warning(request, str(refusal))
    else:
        notices.success(request, _("Back in the outbox: it is tried again at once."))
    return redirect("desk:message", message_id=message_id)


@worded
def _written_last(state: str) -> QuerySet[Message]:
    shown = Message.objects.filter(state=state).select_related("call").defer("html", "text")
    return shown.order_by("-made_at", "-id")[: PAGE + 1]


@worded
def _written_before(state: str, before: datetime) -> QuerySet[Message]:
    shown = Message.objects.filter(state=state, made_at__lt=before).select_related("call").defer("html", "text")
    return shown.order_by("-made_at", "-id")[: PAGE + 1]


def _before(typed: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.tzinfo else None
