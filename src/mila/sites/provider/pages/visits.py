"""A visit, stage by stage: one next thing to do."""

import io
from collections.abc import Callable
from uuid import UUID

import segno
from django.contrib import messages
from django.db.models import Count, Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mila.booking import changes, exclusions, follow_ups, times
from mila.booking import queries as booking
from mila.booking.models import Assignment, AssignmentState, ChangeState, ServiceCall, Stage
from mila.journey import actions as journey
from mila.journey.conditions import MAY_SET_OUT
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.messaging.facts import status_page
from mila.messaging.queries import number_to_call
from mila.partners import queries as partners
from mila.payments import queries as payments
from mila.payments.models import ChargePurpose
from mila.quality import queries as quality
from mila.sites import streams
from mila.sites.door import HelperRequest, by_helper, helper_only
from mila.sites.now import now
from mila.sites.provider import day, doorstep, proposing
from mila.sites.provider.errand import errand_of
from mila.sites.provider.forms import ReasonForm
from mila.sites.provider.pocket import in_pocket, sent_from
from mila.sites.provider.shelf import recommended, shelf
from mila.sites.provider.shell import Context, show
from mila.sites.provider.steps import next_step
from mila.visit import actions as visit_actions
from mila.visit import queries as visits
from mila.visit.models import CodePurpose, ContactOutcome
from mila.visit.queries import unread_by

STEPS: dict[str, Callable[[UUID, Occasion], ServiceCall]] = {
    "confirm": lambda call, occasion: journey.confirm(call_id=call, now=occasion),
    "go-unsecured": lambda call, occasion: journey.go_unsecured(call_id=call, now=occasion),
    "agree-to-time": lambda call, occasion: journey.agree_to_time(call_id=call, now=occasion),
    "refuse-time": lambda call, occasion: journey.refuse_time(call_id=call, now=occasion),
    "set-out": lambda call, occasion: journey.set_out(call_id=call, now=occasion),
    "arrive": lambda call, occasion: journey.arrive(call_id=call, now=occasion),
    "begin-work": lambda call, occasion: journey.begin_work(call_id=call, now=occasion),
    "finish": lambda call, occasion: journey.finish(call_id=call, now=occasion),
}
REASONS = [
    ("ill", gettext_lazy("I am ill")),
    ("no_time", gettext_lazy("Something came up at that time")),
    ("too_difficult", gettext_lazy("I cannot do this work")),
    ("transport", gettext_lazy("I cannot get there")),
    ("client_unreachable", gettext_lazy("The client cannot be reached")),
    ("other", gettext_lazy("Another reason")),
]
PARTS = {
    Stage.ACCEPTED: "contact",
    Stage.CONTACTED: "confirm",
    Stage.CONFIRMED: "prepare",
    Stage.PAUSED: "paused",
    Stage.ON_THE_WAY: "travel",
    Stage.ARRIVED: "introduce",
    Stage.WORKING: "work",
    Stage.DONE: "sign",
}
MAY_DROP_OUT = (Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED, Stage.PAUSED)


@require_safe
@helper_only
def visit(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Show the visit at its stage; a visit that is over for the helper says so, without the customer's data."""
    held = of_helper(request, call_id)
    if held.state == AssignmentState.RELEASED:
        fetched = visits.pick_up(held)
        context: Context = {"visit": held, "call": held.call, "services": booking.services(held.call)}
        context |= {"refused_taps": doorstep.refused_of(held), "sent_taps": sent_from(held)}
        context |= {"pick_up": fetched, "to_return": visits.to_return_by(request.helper.id)}
        return show(request, "provider/visit_over.html", context, tab="home")
    return page(request, held)


def page(request: HelperRequest, held: Assignment, status: int = 200, **forms: object) -> HttpResponse:
    """Return the visit's page; `forms` replace the fresh ones where a form was refused."""
    response = show(request, "provider/visit.html", {**_context(request, held), **forms}, tab="home")
    response.status_code = status
    return response


@require_safe
@helper_only
def live(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Let the page load anew where the visit has moved on (by the customer, the desk or the clock), else 204."""
    response = HttpResponse(status=204)
    if request.GET.get("was") != _mark(of_helper(request, call_id)):
        response.headers["HX-Refresh"] = "true"
    return streams.renewed(response, streams.helper_topic(request.helper.id), streams.call_topic(call_id))


@require_safe
@helper_only
def qr(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Draw the code that opens the customer's status page on the customer's own phone; it carries no right."""
    held = of_helper(request, call_id)
    if held.state == AssignmentState.RELEASED:
        raise Http404
    drawing = io.BytesIO()
    segno.make(status_page(held.call), error="m").save(
        drawing, kind="svg", scale=6, border=3, light="#fff", xmldecl=False
    )
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")


@require_POST
@helper_only
def take(request: HelperRequest, call_id: UUID, name: str) -> HttpResponse:
    """Take the next step of the visit."""
    verb = STEPS.get(name)
    if verb is None:
        raise Http404
    return step(request, call_id, lambda: verb(call_id, by_helper(request)))


@require_POST
@helper_only
def contact(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Write down what came of a call to the client."""
    of_helper(request, call_id)
    given = request.POST.get("outcome", "")
    if given not in ContactOutcome.values:
        messages.error(request, _("Please choose what came of the call."))
        return redirect("provider:visit", call_id=call_id)
    outcome = ContactOutcome(given)
    return step(request, call_id, lambda: journey.log_contact(call_id=call_id, outcome=outcome, now=by_helper(request)))


@require_POST
@helper_only
def drop_out(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Give the visit back, with a reason."""
    of_helper(request, call_id)
    reason = request.POST.get("reason", "")
    if reason not in dict(REASONS):
        messages.error(request, _("Please choose a reason, so that we can tell the client something true."))
        return redirect("provider:visit", call_id=call_id)
    return step(request, call_id, lambda: journey.drop_out(call_id=call_id, reason=reason, now=by_helper(request)))


@require_POST
@helper_only
def not_again(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Take down that the helper would rather not go there again, and why."""
    held, form = of_helper(request, call_id), ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return step(request, call_id, lambda: journey.exclude(call_id=call_id, reason=reason, now=by_helper(request)))
    answer = show(request, "provider/visit.html", {**_context(request, held), "reason_form": form}, tab="home")
    answer.status_code = 422
    return answer


@require_POST
@helper_only
def again(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Take back that the helper would rather not go there again."""
    return step(request, call_id, lambda: journey.take_back_exclusion(call_id=call_id, now=by_helper(request)))


@require_POST
@helper_only
def propose(request: HelperRequest, call_id: UUID) -> HttpResponse:
    """Propose one to three times for a visit whose time is to be agreed."""
    starts = proposing.starts_of(request.POST.getlist("start"))
    return step(request, call_id, lambda: journey.propose_times(call_id=call_id, starts=starts, now=by_helper(request)))


def step(request: HelperRequest, call_id: UUID, verb: Callable[[], object]) -> HttpResponse:
    """Take a step of the own visit and go back to its page; a refusal is said there."""
    of_helper(request, call_id)
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("provider:visit", call_id=call_id)


def of_helper(request: HelperRequest, call_id: UUID) -> Assignment:
    """Return the helper's own visit; another's is not found (404)."""
    found = booking.visit_of_helper(call_id, request.helper.id)
    if found is None:
        raise Http404
    return found


def _change(held: Assignment) -> Context:
    """Return what the visit's page shows of a change of what was booked."""
    if held.state != AssignmentState.ACTIVE or held.call.stage not in changes.CHANGEABLE:
        return {}
    latest = held.changes.select_related("base", "call__brand", "call__country").order_by("-asked_at").first()
    asked = latest is not None and latest.state == ChangeState.ASKED
    return {
        "may_change": True,
        "change": latest,
        "change_fits_by_hand": asked and latest is not None and changes.fits_by_hand(latest),
    }


def _mark(held: Assignment) -> str:
    moved = held.time_proposals.order_by("-asked_at").values_list("state", flat=True).first() or ""
    changed = held.changes.order_by("-asked_at").values_list("state", flat=True).first() or ""
    unread = unread_by(Who.PROVIDER, held)
    errand = visits.pick_up(held)
    parcel = errand.state if errand else ""
    prepared = held.follow_ups.order_by("-asked_at").values_list("state", flat=True).first() or ""
    start = held.call.visit_starts_at or ""
    return (
        f"{held.call.stage}.{held.state}.{start}.{moved}.{changed}.{parcel}.{unread}.{prepared}.{_mark_at_work(held)}"
    )


def _mark_at_work(held: Assignment) -> str:
    """Return what tells that another phone of the helper has gone on with the checklist, or introduced itself."""
    call = held.call
    if call.stage not in (Stage.ARRIVED, Stage.WORKING):
        return ""
    ticked = call.steps_done.aggregate(n=Count("id"), at=Max("at"))
    return f"{ticked['n']}.{ticked['at']}.{call.photos.count()}.{visits.is_introduced(held)}"


def _context(request: HelperRequest, held: Assignment) -> Context:
    call, at = held.call, now()
    quote = booking.current_quote(call)
    return {
        "visit": held,
        "call": call,
        "at": at,
        "mark": _mark(held),
        "stream": streams.address(streams.helper_topic(held.helper_id), streams.call_topic(call.id)),
        "part": f"provider/stages/{PARTS.get(Stage(call.stage), 'paid')}.html",
        "next": next_step(call, at),
        "services": booking.services(call),
        "navigation": day.navigation(request, call.address),
        "packages": booking.packages(call),
        "quote": quote,
        "lines": quote.lines.order_by("position"),
        "pay": payments.pay_of(quote),
        "claim": payments.claims_of(held.provider).filter(call=call).exclude(purpose=ChargePurpose.SALE).first(),
        "proposal": times.open_proposal(call),
        "days": proposing.days(held, at) if proposing.may_propose(held) else [],
        "is_unsecured": payments.is_unsecured(call),
        **doorstep.list_of(call),
        **in_pocket(request, held, quote),
        "attempts": call.contact_attempts.filter(helper=held.helper_id).order_by("-at")[:10],
        "outcomes": ContactOutcome,
        "may_set_out_at": call.visit_starts_at - MAY_SET_OUT if call.visit_starts_at else None,
        "may_set_out": doorstep.may_set_out(call, at),
        "drop_out_reasons": REASONS if call.stage in MAY_DROP_OUT else [],
        "is_with_client": held.state == AssignmentState.ACTIVE,
        **doorstep.at_the_door(held),
        **_change(held),
        "unread": unread_by(Who.PROVIDER, held),
        "suggested": recommended(held),
        "may_suggest": visit_actions.is_open(held, by_helper(request)) and shelf(call).exists(),
        "may_prepare": follow_ups.may_prepare(held, at),
        "follow_up": held.follow_ups.order_by("-asked_at").first(),
        **errand_of(held, call, at),
        "client_phone": number_to_call(held, call.site_contact.phone),
        "have_met": call.stage in journey.HAVE_MET,
        "case": quality.cases_of(call).first() if call.stage in journey.HAVE_MET else None,
        "is_excluded": exclusions.is_excluded(call, held, Who.PROVIDER),
        "reason_form": ReasonForm(),
        "refused_taps": doorstep.refused_of(held),
        "sign_form": doorstep.SignForm(),
        "code_is_out": call.stage == Stage.DONE and visits.code_is_out(call, CodePurpose.SIGN_OFF, at),
        "call_support": partners.support(country=call.country_id, brand=call.brand),
    }
