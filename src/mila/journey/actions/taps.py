"""What a helper's phone kept while it had no network, applied in order, once, by the same verbs (decision 0026)."""

from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import changes
from mila.booking import queries as booking
from mila.booking.models import Assignment, AssignmentState, ChangeRequest, ChangeState, ServiceCall, Stage
from mila.journey import machine
from mila.journey.actions import customers
from mila.journey.actions.tapped import VERBS, Tap, TapUnreadable
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.visit import queries as seen
from mila.visit.actions import LooksLikePassword, StepUnknown
from mila.visit.models import CodePurpose, KeptTap, TapOutcome
from mila.visit.rules import Heard, heard

OLDEST = timedelta(hours=48)  # of a tap that is still applied at its own time
MOST_OF_A_CALL = 600
# What is refused of these is kept by the phone: a picture, words like a password, what only the two sides may read.
STAYS_ON_PHONE = ("photo", "note", "say")
SECRETS = ("client-code", "sign-off")  # whose facts are kept nowhere; a wrong one is said by the phone alone


class TooManyTaps(Refusal):
    """A phone sent more for one visit than anybody taps."""

    code = "too_many_taps"
    status = 429
    sentence = _("More was sent for this visit than can be. Please call our support.")


class NotYet(Refusal):
    """The bank has not covered the new price yet: what hangs on it waits."""

    code = "not_yet"
    sentence = _("The bank has not covered the new price yet. This is sent by itself as soon as that is settled.")


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
FASTER = _("Another phone or page was faster: what was there stands.")
LEAVING = ("check-out", "faulty")
# What comes before a step and is asked for no more once it was taken: who works was introduced.
NEEDED_FOR = MappingProxyType({"client-code": Stage.WORKING, "badge": Stage.WORKING})
SPINE = (
    *(Stage.ON_THE_WAY, Stage.ARRIVED, Stage.WORKING, Stage.DONE),
    *(Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED, Stage.CLOSED),
)
# What starts a time that runs against the client counts from when the client can know.
WHEN_HEARD = ("change", "agree", "finish")


def take_tap(*, tap: Tap, now: Occasion) -> KeptTap:
    """Apply a tap that a phone kept, at the time it was tapped, and return what came of it; again, the same answer.

    What the verb refuses is kept with its reason and shown; the desk reads of it. Refuses calls that never were the
    helper's, what no verb can read, and, while the bank is asked, the end of the work and steps that would come with
    the new price: the phone keeps those itself.
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
        if tap.name == "finish" and _bank_is_asked(call):
            raise NotYet
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
        for row in mine:
            row.put_away_at = now.at
            row.facts.pop("drawing", None)
            row.save(update_fields=["put_away_at", "facts"])


def _apply(row: KeptTap, tap: Tap, call: ServiceCall, held: Assignment, now: Occasion) -> None:
    """Take the verb, and write down what came of it; a refusal is a line in the diary, for the desk."""
    at = now.at if tap.name in WHEN_HEARD else row.tapped_at
    try:
        if _stands(tap, call, held, at):
            row.outcome = TapOutcome.STOOD
            row.answer = str(FASTER)
        else:
            made = VERBS[tap.name](tap, Occasion(by=now.by, at=at, actor=now.actor))
            row.outcome, row.answer = TapOutcome.APPLIED, ""
            if isinstance(made, ChangeRequest):  # so that a signature can follow it
                row.facts = {**row.facts, "change": str(made.pk)}
        row.facts.pop("drawing", None)  # the evidence has it
    except Refusal as refusal:
        if isinstance(refusal, StepUnknown) and _bank_is_asked(call):  # it may come with the new price
            raise NotYet from refusal
        if tap.name in STAYS_ON_PHONE or isinstance(refusal, LooksLikePassword):
            raise
        if tap.name in SECRETS:
            row.put_away_at = now.at
        elif row.outcome != TapOutcome.REFUSED:
            facts = {"what": f"tap:{tap.name}", "start": row.tapped_at.isoformat(), "why": refusal.code}
            bookings.note(call, step="tap_refused", now=now, facts=facts)
        row.outcome, row.answer = TapOutcome.REFUSED, str(refusal)[:300]
    row.save()


def _stands(tap: Tap, call: ServiceCall, held: Assignment, at: datetime) -> bool:
    """Tell whether the tap's step was taken already, by another device or by the page itself."""
    if held.state == AssignmentState.RELEASED:
        gone = seen.last_check_out(call)
        return tap.name in LEAVING and gone is not None and gone.assignment_id == held.pk
    if tap.name == "tick":
        return _is_ticked(tap, call, at)
    target = LEADS_TO.get(tap.name) or NEEDED_FOR.get(tap.name)
    return target is not None and call.stage in SPINE[SPINE.index(target) :]


def _bank_is_asked(call: ServiceCall) -> bool:
    change = changes.open_change(call)
    return change is not None and change.state in {ChangeState.SECURING, ChangeState.SHORT}


def _is_ticked(tap: Tap, call: ServiceCall, at: datetime) -> bool:
    """Tell whether a step was ticked later, by the time of the tap: who ticked last has measured last.

    After the end of the work nothing is ticked any more, and one that is as the tap wants it is so.
    """
    done = call.steps_done.filter(code=tap.facts.get("code", ""))
    if call.stage in SPINE[SPINE.index(Stage.DONE) :]:
        return done.exists() == (tap.facts.get("done") != "0")
    return done.filter(at__gt=at).exists()


def _time(tap: Tap, call: ServiceCall, held: Assignment, now: Occasion) -> Heard:
    # A step cannot have been before the stage it begins in; anything else not before the promise to come.
    before = call.since if tap.name in (*LEADS_TO, *LEAVING) else held.accepted_at
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
