"""What must hold before a step, and where a step leads when that depends: small judgements over rows."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from mila.booking import changes
from mila.booking import queries as booking
from mila.booking.models import ServiceCall, Stage
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.payments import queries as payment
from mila.payments.models import Charge, ChargeState, Means, MeansState
from mila.visit import queries as visit

NEAR = timedelta(hours=26)
MAY_SET_OUT = timedelta(hours=4)


class MeansMissing(Refusal):
    """No means of payment is saved."""

    code = "means_missing"
    sentence = _("No means of payment is saved yet.")


class NobodySought(Refusal):
    """The call has a helper, and nobody else is sought."""

    code = "taken"
    sentence = _("Somebody else has taken this service call.")


class ClientNotReached(Refusal):
    """No attempt is written in which the client was reached."""

    code = "client_not_reached"
    sentence = _("Call the client first, and note that you reached them.")


class Secured(Refusal):
    """The money of the visit is held, or need not be."""

    code = "secured"
    sentence = _("The payment is secured: there is nothing to decide.")


class TooEarly(Refusal):
    """The visit is too far away to set out."""

    code = "too_early"
    sentence = _("It is too early to set out for this visit.")


class NotIntroduced(Refusal):
    """Helper and client have not made sure of one another."""

    code = "not_introduced"
    sentence = _("Please type the client’s code first, or show your photo and badge.")


class NotFetched(Refusal):
    """What is to be brought along is still at the branch."""

    code = "not_fetched"
    sentence = _("Please pick it up at the branch first.")


class NotHandedOver(Refusal):
    """The client does not have yet what was brought along."""

    code = "not_handed_over"
    sentence = _("Please hand over to the client what you have brought first.")


class ChecklistOpen(Refusal):
    """Steps of the checklist are not ticked."""

    code = "checklist_open"
    sentence = _("Some steps of the checklist are still open.")


class ChangeUnanswered(Refusal):
    """A change waits for the payer or the bank."""

    code = "change_unanswered"
    sentence = _("A change is not answered yet. Wait for the answer, or take the change back.")


class SignOffMissing(Refusal):
    """The customer's yes is not written."""

    code = "sign_off_missing"
    sentence = _("The customer has not signed off yet.")


class NotCaptured(Refusal):
    """The bank has not taken the money."""

    code = "not_captured"
    sentence = _("The payment has not arrived.")


class NothingOwed(Refusal):
    """No cost of a cancellation is open."""

    code = "nothing_owed"
    sentence = _("Nothing is owed for this cancellation.")


def cancellation_must_be_owed(call: ServiceCall, now: Occasion) -> None:
    """Refuse unless the bank declined what the cancellation cost, and it was not given up."""
    if payment.cancellation_debt(call) is None:
        raise NothingOwed


def means_must_be_saved(call: ServiceCall, now: Occasion) -> None:
    """Refuse unless the means of payment is saved, or the brand pays."""
    saved = Means.objects.filter(call=call, state=MeansState.SAVED).exists()
    if not saved and not booking.brand_pays(call):
        raise MeansMissing


def somebody_must_be_sought(call: ServiceCall, now: Occasion) -> None:
    """Refuse unless a search runs for the call."""
    if booking.running_search(call) is None:
        raise NobodySought


def client_must_be_reached(call: ServiceCall, now: Occasion) -> None:
    """Refuse unless the assigned helper noted that the client was reached."""
    assignment = booking.active_assignment(call)
    if assignment is None or not visit.client_was_reached(call, assignment.helper_id):
        raise ClientNotReached


def confirmed_where_near(call: ServiceCall, now: Occasion) -> Stage:
    """Lead to CONFIRMED where the call was accepted less than 26 h before the visit, else to CONTACTED."""
    assignment = booking.active_assignment(call)
    if assignment is None or call.visit_starts_at is None:
        return Stage.CONTACTED
    near = call.visit_starts_at - assignment.accepted_at < NEAR
    return Stage.CONFIRMED if near else Stage.CONTACTED


def where_the_new_time_leads(call: ServiceCall, now: Occasion) -> Stage:
    """Lead a visit whose time has moved to where it is to be confirmed anew, unless it is less than 26 h ahead."""
    near = call.visit_starts_at is not None and call.visit_starts_at - now.at < NEAR
    return Stage.CONFIRMED if near else Stage.CONTACTED


def nothing_must_be_held(call: ServiceCall, now: Occasion) -> None:
    """Refuse where the money of the visit is secured."""
    if not payment.is_unsecured(call):
        raise Secured


def visit_must_be_near(call: ServiceCall, now: Occasion) -> None:
    """Refuse to set out more than four hours before the visit, or before a time is agreed."""
    if call.visit_starts_at is None or call.visit_starts_at - now.at > MAY_SET_OUT:
        raise TooEarly


def both_must_be_introduced(call: ServiceCall, now: Occasion) -> None:
    """Refuse until the client's code was typed, or photo and badge were shown (product: Arrive, introduce)."""
    assignment = booking.active_assignment(call)
    if assignment is None or not visit.is_introduced(assignment):
        raise NotIntroduced


def parcel_must_be_fetched(call: ServiceCall, now: Occasion) -> None:
    """Refuse to set out while what is to be brought along is at its branch (guide: product deliveries)."""
    if visit.waits_at_branch(call):
        raise NotFetched


def parcel_must_be_given(call: ServiceCall, now: Occasion) -> None:
    """Refuse to be done while the helper carries what the client is to get."""
    if visit.is_carried(call):
        raise NotHandedOver


def checklist_must_be_done(call: ServiceCall, now: Occasion) -> None:
    """Refuse while steps of the packages' checklists are open (guide: introduce, explain, tidy up)."""
    if visit.open_steps(call):
        raise ChecklistOpen


def change_must_be_answered(call: ServiceCall, now: Occasion) -> None:
    """Refuse to end the work while a change is open: what is charged would not be known."""
    if changes.open_change(call) is not None:
        raise ChangeUnanswered


def sign_off_must_be_written(call: ServiceCall, now: Occasion) -> None:
    """Refuse unless the sign-off's evidence stands."""
    if not visit.is_signed_off(call):
        raise SignOffMissing


def charge_must_be_captured(call: ServiceCall, now: Occasion) -> None:
    """Refuse unless the bank took the money of the visit."""
    captured = Charge.objects.filter(call=call, purpose="visit", state=ChargeState.CAPTURED)
    if not captured.exists():
        raise NotCaptured
