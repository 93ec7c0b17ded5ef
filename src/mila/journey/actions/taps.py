"""What a helper's phone kept while it had no network, applied in order, once, by the same verbs (decision 0026)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.models import Assignment, AssignmentState, ServiceCall, Stage
from mila.journey import machine
from mila.journey.actions import customers, door, kept, parcels, visits
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion, Who
from mila.kernel.pictures import Picture, PictureUnreadable
from mila.kernel.refusal import Refusal
from mila.visit import queries as seen
from mila.visit.models import CodePurpose, ContactOutcome, KeptTap, TapOutcome
from mila.visit.rules import Cause, Heard, heard, number_of

OLDEST = timedelta(hours=48)  # of a tap that is still applied at its own time
MOST_OF_A_CALL = 600
STAYS_ON_PHONE = ("photo", "note")  # what is refused of these is kept by the phone: a picture, words like a password
SECRETS = ("client-code", "sign-off")  # whose facts are kept nowhere; a wrong one is said by the phone alone


class TapUnreadable(Refusal):
    """The phone sent something that no verb can read."""

    code = "tap_unreadable"
    status = 422
    sentence = _("This entry cannot be read any more. Please do it again.")


class TooManyTaps(Refusal):
    """A phone sent more for one visit than anybody taps."""

    code = "too_many_taps"
    status = 429
    sentence = _("More was sent for this visit than can be. Please call our support.")


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap as a phone sends it: its key, what it is, what was said with it, and when by the phone's own word.

    `claims` are the phone's readings of the time, corrected, the best first; `picture` belongs to a photo.
    """

    key: UUID
    call_id: UUID
    name: str
    facts: Mapping[str, str]
    claims: tuple[datetime, ...] = ()
    picture: Picture | None = None


Verb = Callable[[Tap, Occasion], object]


def sign_off_with_code(*, call_id: UUID, code: str, now: Occasion) -> ServiceCall:
    """Take the client's one-time code that was typed on the helper's phone. Refuses strangers and a wrong code."""
    with transaction.atomic():
        call = machine.lock(call_id)
        held = booking.last_assignment(call)
        if held is None or held.helper_id != now.actor:
            raise NotYourVisit
    evidence = {"device": "the helper’s phone", "helper": str(now.actor)}
    customer = Occasion(by=Who.CUSTOMER, at=now.at)
    return customers.sign_off(call_id=call_id, code=code, evidence=evidence, now=customer)


def send_sign_off_code(*, call_id: UUID, now: Occasion) -> str:
    """Send the client the code that signs off, to be typed on the helper's phone. Refuses strangers, and too early."""
    with transaction.atomic():
        call = machine.lock(call_id)
        held = booking.active_assignment(call)
        if held is None or held.helper_id != now.actor:
            raise NotYourVisit
        if call.stage != Stage.DONE:
            raise machine.WrongStage
        return customers.send_code(call_id=call_id, purpose=CodePurpose.SIGN_OFF, now=now)


def _photo(tap: Tap, now: Occasion) -> object:
    if tap.picture is None:
        raise PictureUnreadable
    return kept.add_photo(call_id=tap.call_id, code=tap.facts.get("code", ""), picture=tap.picture, now=now)


def _note(tap: Tap, now: Occasion) -> object:
    write = kept.write_note_after_all if tap.facts.get("is_no_password") else kept.write_note
    return write(call_id=tap.call_id, words=tap.facts.get("words", ""), now=now)


def _tick(tap: Tap, now: Occasion) -> object:
    code = tap.facts.get("code", "")
    if tap.facts.get("done") == "0":
        return visits.untick(call_id=tap.call_id, code=code, now=now)
    return visits.tick(call_id=tap.call_id, code=code, number=number_of(tap.facts.get("number", "")), now=now)


def _contact(tap: Tap, now: Occasion) -> object:
    outcome = tap.facts.get("outcome", "")
    if outcome not in ContactOutcome.values:
        raise TapUnreadable
    return visits.log_contact(call_id=tap.call_id, outcome=ContactOutcome(outcome), now=now)


def _sign(tap: Tap, now: Occasion) -> object:
    evidence = {"device": "the helper’s phone, without network"}
    seal, name = tap.facts.get("seal", ""), tap.facts.get("name", "")
    return customers.sign_off_by_hand(call_id=tap.call_id, seal=seal, name=name, evidence=evidence, now=now)


def _check_out(tap: Tap, now: Occasion) -> object:
    cause, words = tap.facts.get("cause", ""), tap.facts.get("words", "")
    if cause not in set(Cause):
        raise TapUnreadable
    return door.check_out(call_id=tap.call_id, cause=Cause(cause), words=words, now=now)


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "set-out": lambda tap, now: visits.set_out(call_id=tap.call_id, now=now),
        "arrive": lambda tap, now: visits.arrive(call_id=tap.call_id, now=now),
        "client-code": lambda tap, now: door.check_client(call_id=tap.call_id, code=tap.facts.get("code", ""), now=now),
        "badge": lambda tap, now: door.show_badge(call_id=tap.call_id, now=now),
        "closed": lambda tap, now: door.nobody_opens(call_id=tap.call_id, now=now),
        "opened": lambda tap, now: door.somebody_opened(call_id=tap.call_id, now=now),
        "contact": _contact,
        "begin-work": lambda tap, now: visits.begin_work(call_id=tap.call_id, now=now),
        "tick": _tick,
        "photo": _photo,
        "note": _note,
        "give": lambda tap, now: parcels.give_to_client(call_id=tap.call_id, now=now),
        "finish": lambda tap, now: visits.finish(call_id=tap.call_id, now=now),
        "check-out": _check_out,
        "sign": _sign,
        "sign-off": lambda tap, now: sign_off_with_code(call_id=tap.call_id, code=tap.facts.get("code", ""), now=now),
    }
)
# Steps of the spine and the stage they lead to: who is there already need not go.
LEADS_TO = MappingProxyType(
    {
        "set-out": Stage.ON_THE_WAY,
        "arrive": Stage.ARRIVED,
        "begin-work": Stage.WORKING,
        "finish": Stage.DONE,
        "sign": Stage.SIGNED_OFF,
        "sign-off": Stage.SIGNED_OFF,
    }
)
SPINE = (
    *(Stage.ON_THE_WAY, Stage.ARRIVED, Stage.WORKING, Stage.DONE),
    *(Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED, Stage.CLOSED),
)
WHEN_HEARD = ("finish",)  # what starts a time that runs against the client counts from when the client can know


def take_tap(*, tap: Tap, now: Occasion) -> KeptTap:
    """Apply a tap that a phone kept, at the time it was tapped, and return what came of it; again, the same answer.

    What the verb refuses is kept with its reason and shown; the desk reads of it. Refuses calls that never were the
    helper's, and what no verb can read: the phone keeps those itself.
    """
    with transaction.atomic():
        if tap.name not in VERBS:
            raise TapUnreadable
        call, held = _own(tap.call_id, now)
        known = seen.kept_tap(held.helper_id, tap.key)
        if known is not None:
            return known
        if call.kept_taps.count() >= MOST_OF_A_CALL:
            raise TooManyTaps
        time = _time(tap, call, held, now)
        row = KeptTap(helper=held.helper, call=call, key=tap.key, name=tap.name, received_at=now.at)
        row.tapped_at, row.facts = time.at, {} if tap.name in (*SECRETS, *STAYS_ON_PHONE) else dict(tap.facts)
        row.said_at = None if time.is_believed or not tap.claims else tap.claims[0]
        _apply(row, tap, call, held, now)
        return row


def try_again(*, call_id: UUID, now: Occasion) -> list[KeptTap]:
    """Apply again, in order, what was refused at a visit and can be known; return what is still refused."""
    with transaction.atomic():
        call, held = _own(call_id, now)
        rows = seen.refused_taps(call, held.helper_id)
        for row in rows:
            tap = Tap(row.key, call_id, row.name, row.facts, (row.tapped_at,))
            _apply(row, tap, *_own(call_id, now), now)
    return [row for row in rows if row.outcome == TapOutcome.REFUSED]


def put_away(*, call_id: UUID, tap_id: UUID, now: Occasion) -> None:
    """Take a refused tap out of sight; doing it again changes nothing."""
    with transaction.atomic():
        call, held = _own(call_id, now)
        mine = call.kept_taps.filter(pk=tap_id, helper=held.helper_id, outcome=TapOutcome.REFUSED, put_away_at=None)
        mine.update(put_away_at=now.at)


def _apply(row: KeptTap, tap: Tap, call: ServiceCall, held: Assignment, now: Occasion) -> None:
    """Take the verb, and write down what came of it; a refusal is a line in the diary, for the desk."""
    at = now.at if tap.name in WHEN_HEARD else row.tapped_at
    try:
        if _stands(tap, call, held):
            row.outcome = TapOutcome.STOOD
        else:
            VERBS[tap.name](tap, Occasion(by=now.by, at=at, actor=now.actor))
            row.outcome = TapOutcome.APPLIED
        row.answer = ""
    except Refusal as refusal:
        if tap.name in STAYS_ON_PHONE:
            raise
        if tap.name in SECRETS:
            row.put_away_at = now.at
        elif row.outcome != TapOutcome.REFUSED:
            facts = {"what": f"tap:{tap.name}", "start": row.tapped_at.isoformat(), "why": refusal.code}
            bookings.note(call, step="tap_refused", now=now, facts=facts)
        row.outcome, row.answer = TapOutcome.REFUSED, str(refusal)[:300]
    row.save()


def _stands(tap: Tap, call: ServiceCall, held: Assignment) -> bool:
    """Tell whether the tap's step was taken already, by another device or by the page itself."""
    if held.state == AssignmentState.RELEASED:
        gone = seen.last_check_out(call)
        return tap.name == "check-out" and gone is not None and gone.assignment_id == held.pk
    target = LEADS_TO.get(tap.name)
    return target is not None and call.stage in SPINE[SPINE.index(target) :]


def _time(tap: Tap, call: ServiceCall, held: Assignment, now: Occasion) -> Heard:
    # A step cannot have been before the stage it begins in; anything else not before the promise to come.
    before = call.since if tap.name in (*LEADS_TO, "check-out") else held.accepted_at
    return heard(tap.claims, earliest=min(max(before, now.at - OLDEST), now.at), latest=now.at)


def _own(call_id: UUID, now: Occasion) -> tuple[ServiceCall, Assignment]:
    try:
        call = machine.lock(call_id)
    except ServiceCall.DoesNotExist as fault:
        raise NotYourVisit from fault
    held = booking.visit_of_helper(call_id, now.actor) if now.actor else None
    if held is None:
        raise NotYourVisit
    return call, held
