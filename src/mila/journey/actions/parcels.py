"""What a helper fetches at a branch and brings along: handed out, given, faulty, taken back. Each verb is one
transaction under the call's row lock.
"""

from uuid import UUID

from django.db import transaction

from mila.accounts.models import Account
from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import ServiceCall, Stage
from mila.journey import machine
from mila.journey.actions.door import ReasonMissing
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion, Who
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.visit import actions as visit
from mila.visit import queries as visits
from mila.visit.parcels import PickUp
from mila.visit.rules import CAUSE_AT_DOOR, CONSEQUENCES, Bearer, Fault

MAY_FETCH = (Stage.ACCEPTED, Stage.CONTACTED, Stage.CONFIRMED)
AT_THE_CLIENTS = (Stage.ARRIVED, Stage.WORKING)
LEAVING = {Bearer.BRAND: "leave_by_brands_fault", Bearer.HOUSE: "leave_blameless"}


class NotYourParcel(Refusal):
    """Nothing of this is at the branch."""

    code = "not_your_parcel"
    status = 404
    sentence = "Not found."


def hand_out(*, pick_up_id: UUID, branch_id: UUID, code: str, id_matches: bool, now: Occasion) -> PickUp:
    """Hand out at the counter what the helper came for; handing it out again changes nothing.

    Staff say with `id_matches` that the ID card shows the helper. Refuses another branch's (404), a wrong
    code, and after five of them everything until the desk unlocks it.
    """
    if not id_matches:
        raise visit.IdNotCompared
    with transaction.atomic():
        call, row = _at_counter(pick_up_id, branch_id)
        if row.picked_up_at is not None:
            return row
        _must_be_to_come(call)
        right = visit.code_opens(row=row, code=code, by=_staff(now), now=now)
        _note(call, row, right=right, now=now)
    if not right:  # the try is written and counts, so the refusal comes after the transaction
        raise visit.PickUpLocked if row.locked_at else visit.PickUpCodeWrong
    return row


def refuse_id(*, pick_up_id: UUID, branch_id: UUID, now: Occasion) -> PickUp:
    """Say that the ID card shows somebody else: nothing is handed out until the desk has looked into it."""
    with transaction.atomic():
        call, row = _at_counter(pick_up_id, branch_id)
        if row.locked_at is None:
            visit.lock_pick_up(row=row, now=now)
            bookings.note(call, step="pick_up_id_refused", now=now)
        return row


def unlock_pick_up(*, pick_up_id: UUID, reason: str, now: Occasion) -> PickUp:
    """Let it be fetched again with another code, from the desk, with a reason that the diary keeps."""
    with transaction.atomic():
        call, row = _in_hand(pick_up_id)
        visit.unlock_pick_up(row=row)
        bookings.note(call, step="pick_up_unlocked", now=now, facts={"reason": reason[:200]})
        return row


def fail_pick_up(*, pick_up_id: UUID, fault: Fault, words: str, now: Occasion, branch_id: UUID | None = None) -> PickUp:
    """Say at the branch that it cannot be had: the brand bears the journey, and another visit is looked for.

    Said by the counter (`branch_id`) or by the helper who stands there. Saying it again changes nothing.
    """
    with transaction.atomic():
        call, row = _at_counter(pick_up_id, branch_id) if branch_id else _of_helper(pick_up_id, now)
        if row.fault and row.picked_up_at is None:
            return row
        if row.picked_up_at is not None:
            raise visit.NothingToFetch
        visit.write_fault(row=row, fault=fault, words=words, now=now)
        machine.take("pick_up_failed", call=call, now=now, facts={"fault": fault.value})
        return row


def give_to_client(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Hand over to the client what was brought along, after the introduction; doing it again changes nothing."""
    with transaction.atomic():
        call, row = _carried(call_id, now)
        if row.handed_over_at is None:
            if not visits.is_introduced(row.assignment):
                raise machine.WrongStage
            visit.give_to_client(row=row, now=now)
            bookings.note(call, step="parcel_handed_over", now=now)
        return call


def fail_at_door(*, call_id: UUID, fault: Fault, words: str, now: Occasion) -> ServiceCall:
    """Find at the client's that it is damaged or the wrong item: who is the cause bears it, and it goes back.

    Refuses it without words, and a fault that can only be found at the branch.
    """
    if not words.strip():
        raise ReasonMissing
    if fault not in CAUSE_AT_DOOR:
        raise visit.NothingToFetch
    with transaction.atomic():
        call, row = _carried(call_id, now)
        cause = CAUSE_AT_DOOR[fault]
        visit.write_fault(row=row, fault=fault, words=words, now=now)
        visit.write_check_out(assignment=row.assignment, cause=cause, words=words, now=now)
        return machine.take(LEAVING[CONSEQUENCES[cause].bearer], call=call, now=now, facts={"cause": cause.value})


def take_back(*, pick_up_id: UUID, branch_id: UUID, sound: bool, now: Occasion) -> PickUp:
    """Take back at the counter what could not be given to the client, and give the helper a receipt.

    `sound` says that it came back whole. Taking it back again changes nothing.
    """
    with transaction.atomic():
        call, row = _at_counter(pick_up_id, branch_id)
        if row.returned_at is not None:
            return row
        visit.take_back(row=row, sound=sound, now=now)
        facts: dict[str, object] = {"receipt": row.receipt_number or "", "sound": sound}
        bookings.note(call, step="parcel_returned", now=now, facts=facts)
        messaging.send_return_receipt(call=call, held=row.assignment, number=row.receipt_number or "", now=now)
        return row


def _in_hand(pick_up_id: UUID) -> tuple[ServiceCall, PickUp]:
    """Return the locked call and the errand, read under the lock."""
    found = PickUp.objects.filter(pk=pick_up_id).values_list("delivery__call", flat=True).first()
    if found is None:
        raise NotYourParcel
    call = machine.lock(found)
    return call, PickUp.objects.select_related("assignment__helper__account", "delivery").get(pk=pick_up_id)


def _at_counter(pick_up_id: UUID, branch_id: UUID) -> tuple[ServiceCall, PickUp]:
    call, row = _in_hand(pick_up_id)
    if row.delivery.branch_id != branch_id:
        raise NotYourParcel
    return call, row


def _of_helper(pick_up_id: UUID, now: Occasion) -> tuple[ServiceCall, PickUp]:
    call, row = _in_hand(pick_up_id)
    if now.by != Who.PROVIDER or row.assignment.helper_id != now.actor:
        raise NotYourVisit
    return call, row


def _carried(call_id: UUID, now: Occasion) -> tuple[ServiceCall, PickUp]:
    call = machine.lock(call_id)
    held = booking.active_assignment(call)
    row = visits.pick_up(held)
    if held is None or held.helper_id != now.actor or row is None:
        raise NotYourVisit
    if call.stage not in AT_THE_CLIENTS or row.picked_up_at is None:
        raise machine.WrongStage
    return call, row


def _must_be_to_come(call: ServiceCall) -> None:
    if call.stage not in MAY_FETCH:
        raise machine.WrongStage


def _staff(now: Occasion) -> Account:
    return Account.objects.get(pk=now.actor or UUID(int=0))


def _note(call: ServiceCall, row: PickUp, *, right: bool, now: Occasion) -> None:
    if right:
        bookings.note(call, step="picked_up", now=now)
    elif row.locked_at is not None:
        bookings.note(call, step="pick_up_locked", now=now)
