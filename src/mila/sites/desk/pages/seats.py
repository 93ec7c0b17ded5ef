"""Who sits at the desk; and the way back for a colleague who lost passkey and app."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mila.accounts.actions import reset_ways_in
from mila.accounts.models import DeskRole, DeskSeat
from mila.accounts.queries import holds
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.sites.desk.forms import put_beside
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only

REASON_AT_MOST = 200
ROLES = {
    DeskRole.AGENT: gettext_lazy("Support agent"),
    DeskRole.COMMUNITY: gettext_lazy("Community manager"),
    DeskRole.ADMIN: gettext_lazy("Admin"),
}


class NotYourTask(Refusal):
    """Resets are an admin's task."""

    code = "not_your_task"
    status = 403
    sentence = gettext_lazy("Ways in are reset by an admin.")


class NotYourOwn(Refusal):
    """A reset takes two people: the one who lost their ways in, and the admin who made sure that it is them."""

    code = "not_your_own"
    status = 409
    sentence = gettext_lazy("Another admin resets yours. What you still have you change under “Sign-in”.")


class ResetForm(forms.Form):
    """Why, and how the admin made sure that it is them."""

    reason = forms.CharField(
        label=gettext_lazy("Why, and how you made sure that it is them"),
        help_text=gettext_lazy("It is kept with your name. A mail asking for it is no proof: call back, or meet."),
        max_length=REASON_AT_MOST,
        error_messages={"required": gettext_lazy("Say why, and how you made sure that it is them.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )


@require_safe
@desk_only
def page(request: DeskRequest) -> HttpResponse:
    """Show everybody at the desk, with their roles and what they sign in with."""
    seats = DeskSeat.objects.select_related("account").order_by("name", "pk")
    rows = [
        {"seat": seat, "role": ROLES[DeskRole(seat.role)], "holds": holds(seat.account), "is_own": seat == request.seat}
        for seat in seats
    ]
    return render(request, "desk/seats.html", {**frame("seats"), "rows": rows, "is_admin": _is_admin(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def reset(request: DeskRequest, seat_id: UUID) -> HttpResponse:
    """Ask why, and take all of a colleague's ways in but the mail away; they are told by mail, and it is kept."""
    seat = get_object_or_404(DeskSeat.objects.select_related("account"), pk=seat_id)
    form = ResetForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            _reset(request, seat, form.cleaned_data["reason"])
        except Refusal as refusal:
            put_beside(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("Done. They were told by mail, and set up new ways in with a sign-in link."))
            return redirect("desk:seats")
    return render(request, "desk/seat_reset.html", {**frame("seats"), "seat": seat, "form": form}, status=status)


def _reset(request: DeskRequest, seat: DeskSeat, reason: str) -> None:
    if not _is_admin(request):
        raise NotYourTask
    if seat == request.seat:
        raise NotYourOwn
    occasion = by_desk(request)
    with transaction.atomic():
        said = f"{request.seat.name} ({request.seat.account.email}): {reason}"[:400]
        event = reset_ways_in(seat=seat, reason=said, at=occasion.at)
        messaging.tell_security_event(event=event, now=occasion)


def _is_admin(request: DeskRequest) -> bool:
    return request.seat.role == DeskRole.ADMIN
