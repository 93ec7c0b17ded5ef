"""The mailbox of everybody: what the house wrote, as its readers see it."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from mila.messaging.models import Channel, Message
from mila.sites.demo.guard import demonstration_only
from mila.sites.middleware import POLICY

PAGE = 40
RECIPIENTS_SHOWN = 12

# The paper of a mail carries its own style element, and links that leave its frame; nothing else.
POLICY_OF_PAPER = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox "
    "allow-top-navigation-by-user-activation"
)
POLICY_AROUND_PAPER = f"{POLICY}; frame-src 'self'"


@require_safe
@demonstration_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show the newest messages to everybody, or to one recipient, by one channel."""
    return render(request, "demo/mailbox.html", {**_found(request), "recipients": _recipients()})


@require_safe
@demonstration_only
def letters(request: HttpRequest) -> HttpResponse:
    """Answer with the list alone, for the page that looks again every three seconds."""
    return render(request, "demo/letters.html", _found(request))


@require_safe
@demonstration_only
def letter(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show one message; a mail in a frame of its own."""
    found = _message(message_id)
    response = render(request, "demo/letter.html", {"letter": found, "text": _linked(found.text)})
    response.headers["Content-Security-Policy"] = POLICY_AROUND_PAPER
    return response


@require_safe
@demonstration_only
@xframe_options_sameorigin
def paper(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Answer with the mail as it was sent, boxed in by a policy for this answer alone."""
    found = _message(message_id)
    if not found.html:
        raise Http404
    # Links leave the frame: no page of ours lets itself be framed.
    html = found.html.replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": POLICY_OF_PAPER})


def _found(request: HttpRequest) -> dict[str, object]:
    to = request.GET.get("to", "")[:254].replace("\0", "").strip()
    asked = request.GET.get("channel", "")
    channel = asked if asked in Channel.values else ""
    before = _moment(request.GET.get("before", ""))
    rows = list(_messages(to, channel, before)[: PAGE + 1])
    older = rows[PAGE - 1].made_at.isoformat() if len(rows) > PAGE else ""
    return {"letters": rows[:PAGE], "older": older, "to": to, "channel": channel, "first": before is None}


def _messages(to: str, channel: str, before: datetime | None) -> QuerySet[Message]:
    messages = Message.objects.select_related("call").order_by("-made_at", "-id")
    if to:
        messages = messages.filter(recipient__iexact=to)
    if channel:
        messages = messages.filter(channel=channel)
    return messages.filter(made_at__lt=before) if before else messages


def _recipients() -> list[str]:
    """Return to whom the newest messages went, the latest first."""
    newest = Message.objects.order_by("-made_at", "-id").values_list("recipient", flat=True)[:200]
    return list(dict.fromkeys(newest))[:RECIPIENTS_SHOWN]


def _message(message_id: UUID) -> Message:
    found = Message.objects.select_related("call").filter(pk=message_id).first()
    if found is None:
        raise Http404
    return found


def _linked(text: str) -> SafeString:
    return mark_safe(urlize(text, nofollow=True, autoescape=True))  # noqa: S308 - urlize has escaped it


def _moment(typed: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return found if found.tzinfo else None
