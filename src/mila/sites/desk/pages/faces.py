"""Helpers' photos: looked at by a community manager once they are given, left, or taken down with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mila.crowd import actions as crowd
from mila.crowd import queries as people
from mila.crowd.models import Face
from mila.journey import actions as journey
from mila.kernel.refusal import Refusal
from mila.sites.desk.diary import helper_name
from mila.sites.desk.frame import frame
from mila.sites.desk.pages.proofs import MAY_RECORD, both_ways, must_be_community, with_a_reason
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.sites.photos import in_the_page

SHOWN = 24


@require_safe
@desk_only
def faces(request: DeskRequest) -> HttpResponse:
    """Show the photos that nobody has looked at yet; clients may see them meanwhile."""
    rows = people.faces_to_look_at(SHOWN + 1)
    shown = [{"face": one, "name": helper_name(one.helper), "photo": in_the_page(one)} for one in rows[:SHOWN]]
    context = {
        **frame("faces"),
        "rows": shown,
        "are_more": len(rows) > SHOWN,
        "may_judge": request.seat.role in MAY_RECORD,
    }
    return render(request, "desk/faces.html", context)


@require_POST
@desk_only
def leave(request: DeskRequest, face_id: UUID) -> HttpResponse:
    """Leave a photo as it is: it has been looked at."""
    face = get_object_or_404(Face, pk=face_id)
    try:
        must_be_community(request)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:faces")
    crowd.leave_face(face_id=face.pk, now=by_desk(request))
    return redirect("desk:faces")


@both_ways
@desk_only
def take_down(request: DeskRequest, face_id: UUID) -> HttpResponse:
    """Take a helper's photo out of sight, with a reason that the helper is told."""
    face = get_object_or_404(Face.objects.select_related("helper"), pk=face_id)
    form, status = with_a_reason(
        request,
        lambda reason: journey.take_face_down(face_id=face.pk, because=reason, now=by_desk(request)),
        hint=_("The helper reads this."),
    )
    if not status:
        messages.success(request, _("The photo is out of sight; the helper is told why."))
        return redirect("desk:proofs_of", helper_id=face.helper_id)
    context = {**frame("faces"), "face": face, "photo": in_the_page(face), "name": helper_name(face.helper)}
    return render(request, "desk/face_down.html", {**context, "form": form}, status=status)
