"""What a visit's page carries with it, so that the phone goes on without a network from setting out to the sign-off."""

from mila.booking import changes
from mila.booking.models import Assignment, AssignmentState, ChangeRequest, ChangeState, Quote, Stage
from mila.crowd import queries as crowd
from mila.journey import actions as journey
from mila.sites.door import HelperRequest, by_helper
from mila.sites.now import now
from mila.sites.photos import in_the_page
from mila.sites.provider.agreeing import ChangeForm, HandForm, on_phone
from mila.sites.provider.doorstep import NoteForm, may_set_out
from mila.sites.provider.shell import Context
from mila.sites.talking import LineForm
from mila.visit import actions as visit
from mila.visit import queries as visits
from mila.visit.phrases import OF_HELPER
from mila.visit.rules import SAID, SHAPED, TAP_WORDS

BEFORE_THE_WORK = (Stage.CONFIRMED, Stage.ON_THE_WAY, Stage.ARRIVED)
AT_THE_VISIT = (Stage.ON_THE_WAY, Stage.ARRIVED, Stage.WORKING, Stage.DONE)


def in_pocket(request: HelperRequest, held: Assignment, quote: Quote) -> Context:
    """Return what the phone needs, where the visit is near enough; and the notes, and what the phones have sent."""
    call = held.call
    near = call.stage in AT_THE_VISIT or (call.stage == Stage.CONFIRMED and may_set_out(call, now()))
    known: Context = {
        "in_pocket": near and held.state == AssignmentState.ACTIVE,
        "note_form": NoteForm(auto_id="note-%s"),
        "notes": call.visit_notes.order_by("at", "id"),
        "password_said": SAID,
        "password_shaped": SHAPED,
        "sent_taps": sent_from(held),
    }
    if not known["in_pocket"]:
        return known
    return known | _badge(held) | _to_write(request, held) | _to_sign(held, quote) | _to_change(request, held, quote)


def _badge(held: Assignment) -> Context:
    """Return what is shown at the door beside the code: the photo is in the page itself."""
    if held.call.stage not in BEFORE_THE_WORK:
        return {}
    return {"shows_badge": True, "helper": held.helper, "badge_photo": in_the_page(crowd.shown_face(held.helper_id))}


def sent_from(held: Assignment) -> list[Context]:
    """Return what the helper's phones have sent for the visit and what came of it, the newest first."""
    rows = visits.kept_taps(held.call, held.helper_id)
    return [{"row": row, "words": TAP_WORDS.get(row.name, row.name)} for row in rows]


def _to_write(request: HelperRequest, held: Assignment) -> Context:
    is_open = visit.is_open(held, by_helper(request))
    return {"say_form": LineForm(auto_id="say-%s") if is_open else None, "phrases": OF_HELPER.items()}


def _to_sign(held: Assignment, quote: Quote) -> Context:
    return {
        "sign_hand": HandForm(auto_id="sign-%s", initial={"seal": quote.seal}),
        "later_hand": HandForm(auto_id="later-%s", initial={"seal": quote.seal}),
        "hand_is_enough": changes.limits_of(held.call).weak > 0,
    }


def _to_change(request: HelperRequest, held: Assignment, quote: Quote) -> Context:
    """Return the form of a change, what a phone reckons with, and how the client says yes on it."""
    call = held.call
    if call.stage not in changes.CHANGEABLE:
        return {}
    prices = journey.packages_to_add(call, held, by_helper(request))
    asked = _still_asked(changes.open_change(call))
    return {
        "change_form": ChangeForm(auto_id="change-%s", quote=quote, prices=prices),
        "change_on_phone": on_phone(quote, prices, by_hand=changes.most_by_hand(call), asked=asked),
        "steps_to_come": [(price.package_id, visits.steps_of(price.package)) for price in prices],
        "kept_hand": HandForm(auto_id="kept-%s"),
        "asked_hand": _asked_hand(asked),
    }


def _still_asked(change: ChangeRequest | None) -> ChangeRequest | None:
    return change if change is not None and change.state == ChangeState.ASKED else None


def _asked_hand(asked: ChangeRequest | None) -> HandForm | None:
    if asked is None or not changes.fits_by_hand(asked):
        return None
    return HandForm(auto_id="asked-%s", initial={"seal": asked.seal})
