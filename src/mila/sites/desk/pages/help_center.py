"""Messages to the Help Center: a queue with owners and deadlines, answered by mail and followed to the end."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.journey.actions import help_center as verbs
from mila.kernel.refusal import Refusal
from mila.quality import inquiries as queue
from mila.quality.models import Inquiry
from mila.sites.country import speak_of
from mila.sites.desk.forms import AnswerForm, SeenForm, put_beside
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.sites.now import now

SHOWN = 50


@require_safe
@desk_only
def inquiries(request: DeskRequest) -> HttpResponse:
    """Show what waits for an answer, the earliest deadline first; below it what was answered, and what is closed."""
    context = {
        **frame("inquiries"),
        "open": queue.waiting()[:SHOWN],
        "answered": queue.answered()[:SHOWN],
        "closed": queue.closed()[:SHOWN],
        "at": now(),
    }
    return render(request, "desk/inquiries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def inquiry(request: DeskRequest, inquiry_id: UUID) -> HttpResponse:
    """Show what was written and take the answer; with `close` nothing more is to be done after it."""
    row = _row(inquiry_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, row, form, 422 if form.is_bound else 200)
    try:
        said = form.cleaned_data
        line = verbs.answer(inquiry_id=row.pk, words=said["words"], seen=said["seen"], now=by_desk(request))
        if "close" in request.POST:
            verbs.close(inquiry_id=row.pk, seen=line.pk, now=by_desk(request))
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(request, _row(inquiry_id), form, refusal.status)
    messages.success(request, _("The answer is on its way."))
    return redirect("desk:inquiries")


@require_POST
@desk_only
def take(request: DeskRequest, inquiry_id: UUID) -> HttpResponse:
    """Look after a message."""
    verbs.take(inquiry_id=_row(inquiry_id).pk, owner=request.seat.account_id)
    messages.success(request, _("It is yours."))
    return redirect("desk:inquiry", inquiry_id=inquiry_id)


@require_POST
@desk_only
def close(request: DeskRequest, inquiry_id: UUID) -> HttpResponse:
    """Close a message: nothing more is to be done."""
    row, form = _row(inquiry_id), SeenForm(request.POST)
    try:
        if not form.is_valid():
            raise queue.WrittenMeanwhile
        verbs.close(inquiry_id=row.pk, seen=form.cleaned_data["seen"], now=by_desk(request))
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(request, _row(inquiry_id), AnswerForm(), refusal.status, refused=form)
    messages.success(request, _("It is closed."))
    return redirect("desk:inquiries")


def _row(inquiry_id: UUID) -> Inquiry:
    row = queue.of_id(inquiry_id)
    if row is None:
        raise Http404
    speak_of(row.country_id)
    return row


def _page(
    request: DeskRequest, row: Inquiry, form: AnswerForm, status: int = 200, refused: SeenForm | None = None
) -> HttpResponse:
    lines = list(row.lines.all())
    context = {
        **frame("inquiries"),
        "inquiry": row,
        "at_the_desk": True,
        "lines": lines,
        "seen": lines[-1].pk,
        "refused": refused,
        "form": form,
        "is_mine": row.owner_id == request.seat.account_id,
        "is_late": queue.is_late(row, now()),
    }
    return render(request, "desk/inquiry.html", context, status=status)
