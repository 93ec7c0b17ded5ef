"""Making, keeping and freeing the promise that a person comes."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import changes
from mila.booking import queries as booking
from mila.booking.models import (
    Assignment,
    AssignmentState,
    Offer,
    OfferState,
    Search,
    SearchPurpose,
    ServiceCall,
    TimeWish,
)
from mila.crowd.models import Helper, HelperState
from mila.dispatch.actions.ranking import time_of
from mila.dispatch.actions.searches import found
from mila.dispatch.actions.waking import policy_of
from mila.dispatch.ways import minutes_to
from mila.kernel.occasion import Occasion, Who
from mila.kernel.periods import Period
from mila.kernel.place import Transport, distance_km
from mila.kernel.refusal import Refusal
from mila.payments import queries as payments
from mila.visit import queries as visit

UNREACHABLE = "client_unreachable"  # the reason of who drops out
CALLS_BEFORE_GIVING_UP = 2


class Overlap(Refusal):
    """The helper has promised another visit at that time."""

    code = "overlap"
    sentence = _("This overlaps with another visit at that time.")


class HelperUnfit(Refusal):
    """The helper named by the desk cannot be sent."""

    code = "helper_unfit"
    status = 422
    sentence = _("This helper is not active, or has no account to be paid to.")
    field = "helper"


def assign(call: ServiceCall, now: Occasion) -> None:
    """Bind the helper of the accepted offer to the slot; whoever held the call before is freed. Refuses overlaps."""
    offer = _accepted_offer(call)
    one_promise_at_a_time(offer.helper)
    period = _chosen(call, offer) or time_of(call, offer.helper, now)
    if call.visit_starts_at is None and period is not None:
        call.visit_starts_at = period.start
    _free(call, now, reason="replaced", at_fault=now.by != Who.DESK)
    _bind(call, offer, period, now)
    call.expected_at = None
    found(call, now)


def name_helper(*, call: ServiceCall, helper: Helper, now: Occasion) -> Offer:
    """Write the desk's choice of a helper as an accepted offer. Refuses one who cannot work or be paid."""
    if helper.state != HelperState.ACTIVE or not helper.provider.payout_account:
        raise HelperUnfit
    search = booking.running_search(call) or Search.objects.create(
        call=call, purpose=SearchPurpose.FIRST, opened_at=now.at
    )
    quote = booking.current_quote(call)
    km, brought = distance_km(helper.home, call.address.point), visit.delivery(call)
    via = brought.branch.point if brought else None
    offer, _made = Offer.objects.update_or_create(
        search=search,
        helper=helper,
        bonus=search.bonus,
        defaults={"state": OfferState.ACCEPTED, "answered_at": now.at, "due_at": None, "standing_since": None},
        create_defaults={
            "call": call,
            "state": OfferState.ACCEPTED,
            "made_at": now.at,
            "answered_at": now.at,
            "rank": 0,
            "pay": payments.pay_of(quote) + search.bonus,
            "brand_pays_bonus": policy_of(search).brand_pays_bonus,
            "currency": quote.currency,
            "travel_minutes": minutes_to(helper.home, call.address.point, Transport(helper.transport), via=via),
            "distance_km": km,
        },
    )
    return offer


def release_helper(call: ServiceCall, now: Occasion) -> None:
    """Free whoever holds the call; who drops out himself did so by own choice, unless the client cannot be reached."""
    _free(call, now, reason="released", at_fault=now.by == Who.PROVIDER and not _called_in_vain(call))


def release_helper_at_fault(call: ServiceCall, now: Occasion) -> None:
    """Free a helper who did not come."""
    _free(call, now, reason="no_show", at_fault=True)


def release_blameless(call: ServiceCall, now: Occasion) -> None:
    """Free a helper who came and could not do the work through no fault of their own."""
    _free(call, now, reason="in_vain", at_fault=False)


def release_unable(call: ServiceCall, now: Occasion) -> None:
    """Free a helper who came without the tools or the knowledge for the work."""
    _free(call, now, reason="unable", at_fault=True)


def keep_promise(call: ServiceCall, now: Occasion) -> None:
    """Note that the promise was kept: the visit is signed off."""
    held = booking.active_assignment(call)
    if held is not None:
        held.state, held.ended_at = AssignmentState.KEPT, now.at
        held.save(update_fields=["state", "ended_at"])


def _accepted_offer(call: ServiceCall) -> Offer:
    offers = call.offers.filter(state=OfferState.ACCEPTED, assignment=None)
    return offers.select_related("helper__provider").latest("answered_at")


def _chosen(call: ServiceCall, offer: Offer) -> Period | None:
    """Return the time that the helper picked with the yes, while the call is to be had at several."""
    if offer.chosen_start is None or call.visit_starts_at is not None:
        return None
    return booking.bound_period(call, offer.chosen_start)


def one_promise_at_a_time(helper: Helper) -> None:
    """Let promises of one person be written one after another."""
    # Two overlapping promises written at the same instant would wait for each other: the second waits here instead.
    Helper.objects.select_for_update(no_key=True).get(pk=helper.pk)


def _called_in_vain(call: ServiceCall) -> bool:
    """Tell whether the helper gives the visit up because the client did not answer, and has called (guide: contact)."""
    said = call.diary.filter(step="drop_out").order_by("-number").first()
    held = booking.active_assignment(call)
    if held is None or said is None or said.facts.get("reason") != UNREACHABLE:
        return False
    return visit.calls_in_vain(call, held.helper_id) >= CALLS_BEFORE_GIVING_UP


def _free(call: ServiceCall, now: Occasion, *, reason: str, at_fault: bool) -> None:
    held = booking.active_assignment(call)
    if held is not None:
        changes.overtake(call, now)  # what the helper asked for goes with the promise
        held.state, held.ended_at = AssignmentState.RELEASED, now.at
        held.release_reason, held.at_own_fault = reason, at_fault
        held.save(update_fields=["state", "ended_at", "release_reason", "at_own_fault"])


def _bind(call: ServiceCall, offer: Offer, period: Period | None, now: Occasion) -> None:
    try:
        with transaction.atomic():
            promise = Assignment(
                provider=offer.helper.provider,
                helper=offer.helper,
                offer=offer,
                period=(period.start, period.end) if period else None,
                promised_at=call.visit_starts_at if call.time_wish == TimeWish.ASAP else None,
                accepted_at=now.at,
            )
            call.assignments.add(promise, bulk=False)
    except IntegrityError as fault:
        raise Overlap from fault
