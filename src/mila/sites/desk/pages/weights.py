"""The points: versions, drafting one, what it would have changed, activating it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.crowd.models import Helper
from mila.dispatch import published
from mila.dispatch.actions import weights as verbs
from mila.dispatch.models import Weights
from mila.dispatch.points import importance, values_of
from mila.dispatch.record import Line
from mila.kernel.refusal import Refusal
from mila.sites.desk.diary import helper_name
from mila.sites.desk.forms import put_beside
from mila.sites.desk.frame import frame
from mila.sites.desk.points import VALUES, ActivateForm, WeightsForm, scope
from mila.sites.desk.why import FACTOR_NAMES
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.sites.now import now

CHUNK = 50
NOTICE = timedelta(days=15)  # Regulation (EU) 2019/1150 Art. 3: terms change at the earliest after 15 days


@dataclass(frozen=True, slots=True)
class Version:
    """A version in words; `state` is draft, coming, live or past."""

    row: Weights
    brand: str | Promise
    country: str | Promise
    state: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A past call that would have been offered to somebody else first."""

    call_id: UUID
    order_number: str
    at: datetime
    before: str
    after: str


@require_safe
@desk_only
def versions(request: DeskRequest) -> HttpResponse:
    """Show every version of the points, drafts first."""
    return render(request, "desk/weights.html", {**frame("weights"), "versions": _versions()})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def draft(request: DeskRequest, weights_id: UUID | None = None) -> HttpResponse:
    """Draft a version: a new one, beginning with the values of one that is shown, or another look at a draft."""
    row = get_object_or_404(Weights, pk=weights_id, holds_from=None) if weights_id else None
    form = WeightsForm(request.POST if request.method == "POST" else None, initial=_initial(request, row))
    status = 200
    if form.is_bound and form.is_valid():
        try:
            made = _written(request, row, form)
        except Refusal as refusal:
            put_beside(form, refusal)
            status = refusal.status
        else:
            return redirect("desk:weights_version", weights_id=made.pk)
    elif form.is_bound:
        status = 422
    context = {**frame("weights"), "form": form, "row": row, "values": [form[name] for name in VALUES]}
    return render(request, "desk/weights_draft.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def version(request: DeskRequest, weights_id: UUID) -> HttpResponse:
    """Show a version with its values; a draft can be activated here by somebody else than its drafter."""
    row = get_object_or_404(published.versions(), pk=weights_id)
    form = ActivateForm(request.POST if request.method == "POST" else None, initial={"holds_from": now() + NOTICE})
    status = 200
    if form.is_bound and form.is_valid():
        try:
            verbs.activate_weights(weights=row, holds_from=form.cleaned_data["holds_from"], now=by_desk(request))
        except Refusal as refusal:
            put_beside(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The version is activated and published."))
            return redirect("desk:weights_version", weights_id=row.pk)
    elif form.is_bound:
        status = 422
    shown = next(one for one in _versions() if one.row.pk == row.pk)
    context = {**frame("weights"), **_said(row), "it": shown, "form": form}
    context["own_draft"] = row.drafted_by_id == request.seat.account_id
    return render(request, "desk/weights_version.html", context, status=status)


@require_safe
@desk_only
def compared(request: DeskRequest, weights_id: UUID) -> HttpResponse:
    """Answer with what the version would have changed, 50 past calls further at a time."""
    row = get_object_or_404(Weights, pk=weights_id)
    asked = request.GET.get("upto", "")
    upto = min(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else CHUNK, published.SAMPLE)
    found = published.compare(row, upto=upto, at=now())
    names = _names([line for one in found.examples for line in (one.before, one.after)])
    context = {
        "row": row,
        "found": found,
        "examples": [_changed(one, names) for one in found.examples],
        "next": upto + CHUNK if found.looked_at < found.sampled else None,
    }
    if request.headers.get("HX-Request"):
        return render(request, "desk/parts/compared.html", context)
    return render(request, "desk/weights_compared.html", {**frame("weights"), **context})


@require_POST
@desk_only
def discard(request: DeskRequest, weights_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    row = get_object_or_404(Weights, pk=weights_id)
    try:
        verbs.discard_draft(weights=row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The draft is thrown away."))
    return redirect("desk:weights")


def _versions() -> list[Version]:
    at = now()
    live: set[tuple[UUID | None, str | None]] = set()
    found = []
    for row in published.versions():
        key = (row.brand_id, row.country_id)
        if row.holds_from is None:
            state = "draft"
        elif row.holds_from > at:
            state = "coming"
        else:
            state = "past" if key in live else "live"
            live.add(key)
        found.append(Version(row, *scope(row), state))
    return found


def _initial(request: DeskRequest, row: Weights | None) -> Mapping[str, object]:
    if row is None:
        asked = request.GET.get("from", "")
        rows = Weights.objects.filter(holds_from__isnull=False)
        known = asked.isascii() and asked.isdigit() and len(asked) < 9
        like = rows.filter(version=int(asked)).first() if known else None
        like = like or rows.filter(brand=None, country=None).order_by("-holds_from").first()
        return {**(like.values if like else {}), "brand": like and like.brand_id, "country": like and like.country_id}
    return {**row.values, "brand": row.brand_id, "country": row.country_id, "reason": row.reason}


def _written(request: DeskRequest, row: Weights | None, form: WeightsForm) -> Weights:
    given = form.cleaned_data
    if row is not None:
        return verbs.change_draft(weights=row, values=form.values(), reason=given["reason"], now=by_desk(request))
    return verbs.draft_weights(
        brand=given["brand"],
        country=given["country"],
        values=form.values(),
        reason=given["reason"],
        now=by_desk(request),
    )


def _said(row: Weights) -> dict[str, object]:
    base = published.versions().filter(holds_from__isnull=False, brand=None, country=None).exclude(pk=row.pk).first()
    before = base.values if base else {}
    return {
        "row": row,
        "base": base,
        "values": [(label, hint, row.values.get(name), before.get(name)) for name, (label, hint) in VALUES.items()],
        "importance": [(FACTOR_NAMES[name], share / 10) for name, share in importance(values_of(row.values))],
    }


def _names(lines: Sequence[Line]) -> Mapping[UUID, str]:
    helpers = Helper.objects.in_bulk([line.helper_id for line in lines])
    return {cast("UUID", pk): helper_name(helper) for pk, helper in helpers.items()}


def _changed(one: published.Example, names: Mapping[UUID, str]) -> Changed:
    before, after = names[one.before.helper_id], names[one.after.helper_id]
    return Changed(one.call_id, one.order_number, one.at, before, after)
