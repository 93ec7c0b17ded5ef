"""What is fetched at a branch: its code, the hand-over there and at the client's, faults, the way back."""

import hmac

from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account
from mila.booking import queries as booking
from mila.booking.given import PickUpGiven
from mila.booking.models import ServiceCall
from mila.kernel.ids import new_code, new_order_number
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.visit.parcels import PICK_UP_TRIES, Delivery, PickUp
from mila.visit.rules import Fault, ParcelState

CODE_DIGITS = 6


class PickUpMissing(Refusal):
    """A package brings something along, and nobody said from where."""

    code = "pick_up_missing"
    status = 422
    sentence = _("Please say at which branch it is picked up.")
    field = "branch"


class BranchUnknown(Refusal):
    """The branch is not one of the brand's in the country, or is closed for good."""

    code = "branch_unknown"
    status = 422
    sentence = _("There is no such branch.")
    field = "branch"


class OrderMissing(Refusal):
    """A branch finds what it hands out by the brand's own order number."""

    code = "order_missing"
    status = 422
    sentence = _("Please give the number of the order, by which the branch finds it.")
    field = "order"


class PickUpLocked(Refusal):
    """Five wrong codes were typed, or the ID card showed somebody else."""

    code = "pick_up_locked"
    status = 423
    sentence = _("Locked: nothing is handed over. Please call the Help Center, which can unlock it.")


class PickUpCodeWrong(Refusal):
    """The code typed at the counter is not the helper's."""

    code = "pick_up_code_wrong"
    status = 422
    sentence = _("This is not the code. Please let the helper show it again.")
    field = "code"


class IdNotCompared(Refusal):
    """Nobody says that the ID card shows the helper."""

    code = "id_not_compared"
    status = 422
    sentence = _("Please compare the name on the ID card first.")
    field = "id_matches"


class NothingToFetch(Refusal):
    """The thing is not where the step needs it."""

    code = "nothing_to_fetch"
    sentence = _("This has moved on. Please look at where it stands now.")


def write_delivery(*, call: ServiceCall, given: PickUpGiven | None) -> Delivery | None:
    """Write what the call's packages bring along and from which branch. Refuses one without branch or order number."""
    packages = [package for package in booking.packages(call) if package.pick_up_item]
    if not packages:
        return None
    if given is None:
        raise PickUpMissing
    if given.branch.brand_id != call.brand_id or given.branch.country_id != call.country_id:
        raise BranchUnknown
    if not call.partner_order_id:
        raise OrderMissing
    largest = max(packages, key=lambda package: sum(package.pick_up_size_cm))
    return Delivery.objects.create(
        call=call,
        branch=given.branch,
        items=[package.pick_up_item for package in packages],
        named=given.named.strip()[:120],
        size_cm=largest.pick_up_size_cm,
        grams=sum(package.pick_up_grams for package in packages),
    )


def prepare_pick_up(call: ServiceCall, now: Occasion) -> None:
    """Give the helper who now holds the call a code of their own for the branch, where there is something to fetch."""
    delivery, held = Delivery.objects.filter(call=call).first(), booking.active_assignment(call)
    if delivery is not None and held is not None:
        PickUp.objects.get_or_create(assignment=held, defaults={"delivery": delivery, "code": new_code(CODE_DIGITS)})


def code_opens(*, row: PickUp, code: str, by: Account, now: Occasion) -> bool:
    """Tell whether the code typed at the counter is the helper's, and hand out where it is. Refuses a locked one.

    The try must be committed even though it was wrong: the caller refuses after its transaction.
    """
    if row.locked_at is not None:
        raise PickUpLocked
    if row.state != ParcelState.WAITING:
        raise NothingToFetch
    typed = "".join(sign for sign in code if sign.isascii() and sign.isdigit())[:12]
    if not hmac.compare_digest(row.code, typed):
        row.tries += 1
        row.locked_at = now.at if row.tries >= PICK_UP_TRIES else None
        row.save(update_fields=["tries", "locked_at"])
        return False
    row.picked_up_at, row.id_compared_by, row.code = now.at, by, ""
    row.save(update_fields=["picked_up_at", "id_compared_by", "code"])
    return True


def lock_pick_up(*, row: PickUp, now: Occasion) -> None:
    """Lock what somebody with another name on the ID card wanted to fetch. Refuses where nothing waits."""
    if row.state not in (ParcelState.WAITING, ParcelState.LOCKED):
        raise NothingToFetch
    row.locked_at = row.locked_at or now.at
    row.save(update_fields=["locked_at"])


def unlock_pick_up(*, row: PickUp) -> None:
    """Let it be fetched again, with another code and five new tries. Refuses where nothing is locked."""
    if row.state != ParcelState.LOCKED:
        raise NothingToFetch
    row.code, row.tries, row.locked_at = new_code(CODE_DIGITS), 0, None
    row.save(update_fields=["code", "tries", "locked_at"])


def write_fault(*, row: PickUp, fault: Fault, words: str, now: Occasion) -> None:
    """Write what is wrong with the thing, at the branch or at the client's."""
    row.fault, row.fault_words, row.fault_at = fault, words.strip()[:500], now.at
    row.code = ""
    row.save(update_fields=["fault", "fault_words", "fault_at", "code"])


def give_to_client(*, row: PickUp, now: Occasion) -> None:
    """Write that the client has it. Refuses what was not fetched."""
    if row.state != ParcelState.PICKED_UP:
        raise NothingToFetch
    row.handed_over_at = now.at
    row.save(update_fields=["handed_over_at"])


def take_back(*, row: PickUp, sound: bool, now: Occasion) -> None:
    """Write that the branch has it back, whole or not, under the number of a receipt. Refuses what is not out."""
    if row.state != ParcelState.TO_RETURN:
        raise NothingToFetch
    row.returned_at, row.returned_sound = now.at, sound
    row.receipt_number = f"R{new_order_number()[1:]}"
    row.save(update_fields=["returned_at", "returned_sound", "receipt_number"])
