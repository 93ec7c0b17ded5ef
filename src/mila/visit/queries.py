"""Questions about a visit."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from mila.booking import queries as booking
from mila.booking.models import Assignment, AssignmentState, ServiceCall
from mila.catalog.models import Package
from mila.kernel.occasion import Who
from mila.kernel.texts import Texts
from mila.partners.models import Brand
from mila.visit.models import (
    Absence,
    CheckOut,
    CodePurpose,
    ContactOutcome,
    Introduction,
    KeptTap,
    Objection,
    Photo,
    SignOff,
    StepDone,
    TalkLine,
    TapOutcome,
)
from mila.visit.parcels import Delivery, PickUp
from mila.visit.products import Suggestion
from mila.visit.rules import Asked, ParcelState, asked
from mila.worded import worded


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """A step of a visit's checklist; `tutorial` marks the explanation that every visit has.

    `asks` says what it asks for beside the tick, None for nothing; `done` is the tick, with its time and number.
    """

    code: str
    text: Texts
    tutorial: bool
    asks: Asked | None
    ticked: StepDone | None
    photos: tuple[UUID, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the step is ticked."""
        return self.ticked is not None

    @property
    def comes_last(self) -> bool:
        """Whether it is one of those that end every visit."""
        return self.code == "tidy_up" or self.tutorial

    @property
    def asks_number(self) -> bool:
        """Whether a number is needed for the tick."""
        return self.asks is not None and self.asks.kind == "number"

    @property
    def asks_photo(self) -> bool:
        """Whether a photo is wished for."""
        return self.asks is not None and self.asks.kind == "photo"


def checklist(call: ServiceCall) -> list[ChecklistStep]:
    """Return the steps of the call's packages in the guide's order, with what is ticked; shared steps once."""
    ticked = {row.code: row for row in _steps_done(call.pk)}
    photos: dict[str, tuple[UUID, ...]] = {}
    for photo, code in _photos(call.pk):
        photos[code] = (*photos.get(code, ()), photo)
    steps: dict[str, ChecklistStep] = {}
    for package in booking.packages(call):
        for step in steps_of(package):
            known = replace(step, ticked=ticked.get(step.code), photos=photos.get(step.code, ()))
            steps.setdefault(step.code, known)
    return sorted(steps.values(), key=lambda step: step.comes_last)


def steps_of(package: Package) -> list[ChecklistStep]:
    """Return the steps that a package brings, none of them ticked."""
    return [
        ChecklistStep(given["code"], given["text"], bool(given.get("tutorial")), asked(given), None)
        for given in package.steps
    ]


@worded
def _steps_done(call: UUID) -> QuerySet[StepDone]:
    return StepDone.objects.filter(call=call)


@worded
def _photos(call: UUID) -> QuerySet[Photo, tuple[UUID, str]]:
    return Photo.objects.filter(call=call).order_by("at", "id").values_list("id", "code")


def open_steps(call: ServiceCall) -> list[ChecklistStep]:
    """Return the steps that are not ticked."""
    return [step for step in checklist(call) if not step.done]


def client_was_reached(call: ServiceCall, helper_id: UUID) -> bool:
    """Tell whether this helper noted that the client was reached."""
    return call.contact_attempts.filter(helper_id=helper_id, outcome=ContactOutcome.REACHED).exists()


def calls_in_vain(call: ServiceCall, helper_id: UUID) -> int:
    """Return how often this helper called and did not reach the client; nothing where the client was reached."""
    attempts = list(call.contact_attempts.filter(helper_id=helper_id).values_list("outcome", flat=True))
    return 0 if ContactOutcome.REACHED in attempts else len(attempts)


def is_signed_off(call: ServiceCall) -> bool:
    """Tell whether the customer's yes is written."""
    return SignOff.objects.filter(call=call).exists()


def has_objected(call: ServiceCall) -> bool:
    """Tell whether the customer has said that something is not right."""
    return Objection.objects.filter(call=call).exists()


def introduction(assignment: Assignment) -> Introduction | None:
    """Return how helper and client made sure of one another, None before the helper has set out."""
    return Introduction.objects.filter(assignment=assignment).first()


def is_introduced(assignment: Assignment) -> bool:
    """Tell whether the client's code was typed by the helper, or photo and badge were shown."""
    row = introduction(assignment)
    return row is not None and bool(row.client_checked_at or row.badge_shown_at)


def waits_since(assignment: Assignment) -> datetime | None:
    """Return since when the helper waits at a closed door, None where nobody waits."""
    row = Absence.objects.filter(assignment=assignment, ended_at=None).first()
    return row.since if row else None


def last_check_out(call: ServiceCall) -> CheckOut | None:
    """Return the last visit to the call that ended without the work, if there was one."""
    return CheckOut.objects.filter(assignment__call=call).order_by("-at").first()


def photo(call: ServiceCall, photo_id: UUID) -> Photo | None:
    """Return a photo of the call's visit."""
    return call.photos.filter(pk=photo_id).first()


def talk(assignment: Assignment) -> list[TalkLine]:
    """Return what helper and client of the assignment wrote to one another, in order; the last two hundred lines."""
    return list(TalkLine.objects.filter(assignment=assignment).order_by("-at", "-id")[:200])[::-1]


def unread_by(who: Who, assignment: Assignment) -> int:
    """Return how many lines of the other side this side has not read."""
    return TalkLine.objects.filter(assignment=assignment, read_at=None).exclude(by=who).count()


def kept_tap(helper_id: UUID, key: UUID) -> KeptTap | None:
    """Return the tap that the helper's phone sent under the key, if it came before."""
    return KeptTap.objects.filter(helper=helper_id, key=key).first()


def refused_taps(call: ServiceCall, helper_id: UUID) -> list[KeptTap]:
    """Return what the helper's phone sent and could not be applied, in the order of the taps, until it is put away."""
    refused = call.kept_taps.filter(helper=helper_id, outcome=TapOutcome.REFUSED, put_away_at=None)
    return list(refused.order_by("tapped_at", "received_at", "id"))


def kept_taps(call: ServiceCall, helper_id: UUID) -> list[KeptTap]:
    """Return the last fifty taps that the helper's phones sent for the visit, the newest first."""
    return list(call.kept_taps.filter(helper=helper_id).order_by("-received_at", "-tapped_at", "-id")[:50])


def calls_with_refused_taps(helper_id: UUID) -> list[UUID]:
    """Return the calls where something that the helper's phone sent could not be applied and is not put away."""
    return _calls_with_refused_taps(helper_id)


@worded
def _calls_with_refused_taps(helper: UUID) -> QuerySet[KeptTap, UUID]:
    refused = KeptTap.objects.filter(helper=helper, outcome=TapOutcome.REFUSED, put_away_at=None)
    return refused.order_by("call").values_list("call", flat=True).distinct()


def code_is_out(call: ServiceCall, purpose: CodePurpose, at: datetime) -> bool:
    """Tell whether a one-time code for the purpose was sent and can still be used at the time."""
    return call.codes.filter(purpose=purpose, used_at=None, expires_at__gt=at).exists()


def delivery(call: ServiceCall) -> Delivery | None:
    """Return what is brought along, with its branch, None where nothing is."""
    if not _deliveries_to(call.pk):  # nearly always
        return None
    rows = Delivery.objects.select_related("branch__country", "branch__brand").prefetch_related("branch__hours")
    return rows.filter(call=call).first()


@worded
def _deliveries_to(call: UUID) -> QuerySet[Delivery, UUID]:
    return Delivery.objects.filter(call=call).values_list("pk", flat=True)


def pick_up(assignment: Assignment | None) -> PickUp | None:
    """Return the helper's errand to the branch, with the branch, None where there is none."""
    if assignment is None:
        return None
    if not _pick_ups_of(assignment.pk):  # nearly always
        return None
    rows = PickUp.objects.select_related("assignment", "delivery__branch__country", "delivery__branch__brand")
    return rows.prefetch_related("delivery__branch__hours").filter(assignment=assignment).first()


@worded
def _pick_ups_of(assignment: UUID) -> QuerySet[PickUp, UUID]:
    return PickUp.objects.filter(assignment=assignment).values_list("pk", flat=True)


def waits_at_branch(call: ServiceCall) -> bool:
    """Tell whether the helper has not fetched yet what is to be brought along."""
    row = pick_up(booking.active_assignment(call))
    return row is not None and row.picked_up_at is None


def is_carried(call: ServiceCall) -> bool:
    """Tell whether the helper still carries what the client is to get."""
    row = pick_up(booking.active_assignment(call))
    return row is not None and row.state == ParcelState.PICKED_UP


def errands_at(branch_id: UUID, order_number: str) -> list[PickUp]:
    """Return the errands to the branch for an order, the newest first: what another branch has is not found."""
    rows = _errands().filter(delivery__branch=branch_id, delivery__call__order_number=order_number)
    return list(rows.order_by("-assignment__accepted_at"))


def expected_at(branch_id: UUID, *, until: datetime) -> list[PickUp]:
    """Return what somebody is to fetch at the branch for visits until then, the soonest visit first."""
    rows = _errands().filter(delivery__branch=branch_id, assignment__state="active", picked_up_at=None, fault="")
    due = rows.filter(delivery__call__visit_starts_at__lte=until)
    return list(due.order_by("delivery__call__visit_starts_at")[:60])


def to_return_at(branch_id: UUID) -> list[PickUp]:
    """Return what has to come back to the branch, out for the longest first."""
    return list(_errands().filter(PickUp.to_return(), delivery__branch=branch_id).order_by("picked_up_at")[:60])


def to_return_by(helper_id: UUID) -> list[PickUp]:
    """Return what the helper has to bring back to a branch, out for the longest first."""
    return _to_return_by(helper_id)


@worded
def _to_return_by(helper: UUID) -> QuerySet[PickUp]:
    return _errands().filter(PickUp.to_return(), assignment__helper=helper).order_by("picked_up_at")[:20]


def parcels_in_trouble() -> tuple[list[PickUp], list[PickUp]]:
    """Return what is locked at a counter, and what is out and has to go back, the longest first."""
    locked = _errands().filter(locked_at__isnull=False, picked_up_at=None, fault="", assignment__state="active")
    back = _errands().filter(PickUp.to_return())
    return list(locked.order_by("locked_at")[:60]), list(back.order_by("picked_up_at")[:60])


def _errands() -> QuerySet[PickUp]:
    return PickUp.objects.select_related(
        "assignment__helper", "delivery__branch__brand", "delivery__branch__country", "delivery__call__brand"
    )


def errand(pick_up_id: UUID) -> PickUp | None:
    """Return the errand with its helper, call and branch, if there is one."""
    return _errands().filter(pk=pick_up_id).first()


def suggestions(held: Assignment) -> list[Suggestion]:
    """Return what the helper of the assignment recommends, with the products and their brands."""
    rows = Suggestion.objects.filter(assignment=held).select_related("product__brand__shop")
    return list(rows.order_by("position"))


def suggestion_of_brand(suggestion_id: UUID, brand: Brand) -> Suggestion | None:
    """Return the recommendation of a product of this brand, with the promise of who made it."""
    rows = Suggestion.objects.select_related("product__brand", "assignment__provider", "assignment__helper__account")
    return rows.filter(pk=suggestion_id, product__brand=brand).first()


def suggestions_of_brand(brand: Brand, order_number: str) -> list[Suggestion]:
    """Return what of this brand's products is recommended at the order, by whoever comes to it or came."""
    rows = Suggestion.objects.filter(product__brand=brand, assignment__call__order_number=order_number)
    rows = rows.exclude(assignment__state=AssignmentState.RELEASED).select_related("product")
    return list(rows.order_by("position"))
