"""What brands ask helpers to have proven: recorded by the community manager who saw it, and withdrawn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mila.accounts.models import DeskRole
from mila.countries import queries as countries
from mila.crowd import actions as crowd
from mila.crowd import queries as people
from mila.crowd.models import HeldQualification, Helper, Qualification
from mila.kernel.refusal import Refusal
from mila.sites.desk.diary import helper_name
from mila.sites.desk.forms import ReasonForm, put_beside
from mila.sites.desk.frame import frame
from mila.sites.door import DeskRequest, by_desk, desk_only
from mila.sites.now import now
from mila.sites.photos import in_the_page
from mila.sites.templatetags.words import texts

SHOWN = 50
ENDS_SOON = timedelta(days=60)
NAME_AT_MOST = 80
MAY_RECORD = (DeskRole.COMMUNITY, DeskRole.ADMIN)

both_ways = require_http_methods(["GET", "HEAD", "POST"])


class NotYourTask(Refusal):
    """Proofs are the community manager's task."""

    code = "not_your_task"
    status = 403
    sentence = gettext_lazy("Proofs are recorded and withdrawn by a community manager.")


class ProofForm(forms.Form):
    """What was proven, when, until when, and what was seen."""

    qualification = forms.ModelChoiceField(Qualification.objects.order_by("code"), label=gettext_lazy("Proof"))
    proven_on = forms.DateField(label=gettext_lazy("Proven on"), widget=forms.DateInput({"type": "date"}))
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        help_text=gettext_lazy("Leave it empty where it does not end."),
        widget=forms.DateInput({"type": "date"}),
    )
    note = forms.CharField(
        label=gettext_lazy("What you saw"),
        max_length=200,
        help_text=gettext_lazy("Such as the certificate's number. The paper itself is not kept."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        named = self.fields["qualification"]
        named.label_from_instance = lambda one: f"{texts(one.name)} ({one.code})"  # type: ignore[attr-defined]


@require_safe
@desk_only
def page(request: DeskRequest) -> HttpResponse:
    """Find a helper by name; without one, show the proofs that end soon."""
    words = request.GET.get("q", "")[:NAME_AT_MOST].replace("\0", "").strip()
    ending = HeldQualification.objects.filter(withdrawn_at=None, valid_until__lte=now().date() + ENDS_SOON)
    ending = ending.filter(valid_until__gte=now().date()).select_related("helper", "qualification")
    context = {
        **frame("proofs"),
        "q": words,
        "helpers": [{"id": one.pk, "name": helper_name(one), "town": one.provider.town} for one in _named(words)],
        "ending": ending.order_by("valid_until", "pk")[:SHOWN],
        "days": ENDS_SOON.days,
    }
    return render(request, "desk/proofs.html", context)


@both_ways
@desk_only
def of_helper(request: DeskRequest, helper_id: UUID) -> HttpResponse:
    """Show a helper's proofs, and record another."""
    helper = get_object_or_404(Helper.objects.select_related("provider__country"), pk=helper_id)
    today = countries.day_in(helper.provider.country, now())
    form = ProofForm(request.POST if request.method == "POST" else None, initial={"proven_on": today})
    status = 200
    if form.is_bound and form.is_valid():
        try:
            must_be_community(request)
            crowd.record_proof(helper=helper, proof=crowd.Proof(**form.cleaned_data), now=by_desk(request))
        except Refusal as refusal:
            put_beside(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The proof is recorded; it counts from the next search on."))
            return redirect("desk:proofs_of", helper_id=helper_id)
    elif form.is_bound:
        status = 422
    face = people.own_face(helper.pk)
    held = helper.qualifications.select_related("qualification__brand", "seen_by__desk_seat", "withdrawn_by__desk_seat")
    context = {
        **frame("proofs"),
        "helper": helper,
        "name": helper_name(helper),
        "face": face,
        "photo": in_the_page(face),
        "held": held.order_by("-proven_on", "-pk")[:SHOWN],
        "today": today,
        "form": form,
        "may_record": request.seat.role in MAY_RECORD,
    }
    return render(request, "desk/proofs_of.html", context, status=status)


@both_ways
@desk_only
def withdraw(request: DeskRequest, held_id: UUID) -> HttpResponse:
    """Withdraw a proof, with a reason."""
    held = get_object_or_404(HeldQualification.objects.select_related("helper__provider", "qualification"), pk=held_id)
    form, status = with_a_reason(
        request, lambda reason: crowd.withdraw_proof(held=held, because=reason, now=by_desk(request))
    )
    if not status:
        messages.success(request, _("The proof is withdrawn; it counts no more."))
        return redirect("desk:proofs_of", helper_id=held.helper_id)
    context = {**frame("proofs"), "held": held, "name": helper_name(held.helper), "form": form}
    return render(request, "desk/proof_withdraw.html", context, status=status)


def must_be_community(request: DeskRequest) -> None:
    """Refuse whoever is not there for the crowd."""
    if request.seat.role not in MAY_RECORD:
        raise NotYourTask


def _named(words: str) -> list[Helper]:
    if not words:
        return []
    same = Q()
    for word in words.split()[:4]:
        same &= Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(account__email__icontains=word)
    found = Helper.objects.filter(same).select_related("provider")
    return list(found.order_by("last_name", "first_name", "pk")[:SHOWN])


def with_a_reason(request: DeskRequest, act: Callable[[str], object], *, hint: str = "") -> tuple[ReasonForm, int]:
    """Act on the reason that a community manager gives; return the form with the page's status, 0 once it is done."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    reason = form.fields["reason"]  # told before anything is: what is wrong is laid beside the field as it then is
    reason.help_text, reason.error_messages["required"] = hint, _("Please say why.")
    if not form.is_bound:
        return form, 200
    if not form.is_valid():
        return form, 422
    try:
        must_be_community(request)
    except NotYourTask as refusal:
        put_beside(form, refusal)
        return form, refusal.status
    act(form.cleaned_data["reason"])
    return form, 0
