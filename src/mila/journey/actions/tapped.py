"""What a tap on a helper's phone stands for: the very verbs that the buttons have (decisions 0026 and 0035)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import changes as asked
from mila.booking import queries as booking
from mila.booking.models import ChangeReason, ChangeRequest, ServiceCall
from mila.booking.pricing import ExtraWork, Wanted
from mila.journey import machine
from mila.journey.actions import changes, customers, door, kept, parcels, talk, visits
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.money import minor_units
from mila.kernel.occasion import Occasion, Who
from mila.kernel.pictures import Picture, PictureUnreadable
from mila.kernel.refusal import Refusal
from mila.visit import actions as visit
from mila.visit import queries as seen
from mila.visit.models import ContactOutcome
from mila.visit.rules import Cause, Fault, number_of

MORE = ("add_1", "add_2", "add_3")
LONGEST_EXTRA = 120
MOST_MORE_MINUTES = 240


class TapUnreadable(Refusal):
    """The phone sent something that no verb can read."""

    code = "tap_unreadable"
    status = 422
    sentence = _("This entry cannot be read any more. Please do it again.")


class FollowsRefused(Refusal):
    """What this tap belongs to was not applied."""

    code = "follows_refused"
    sentence = _("The change that this belongs to could not be applied. Put that right first, then try again.")


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


def _mind_passwords(tap: Tap) -> None:
    """Refuse words that look like a password unless the helper has said that they are none."""
    if not tap.facts.get("is_no_password"):
        for name in ("words", "extra"):
            visit.refuse_passwords(tap.facts.get(name, ""))


def _check_out(tap: Tap, now: Occasion) -> object:
    _mind_passwords(tap)
    cause, words = tap.facts.get("cause", ""), tap.facts.get("words", "")
    if cause not in set(Cause):
        raise TapUnreadable
    return door.check_out(call_id=tap.call_id, cause=Cause(cause), words=words, now=now)


def _faulty(tap: Tap, now: Occasion) -> object:
    _mind_passwords(tap)
    fault, words = tap.facts.get("fault", ""), tap.facts.get("words", "")
    if fault not in set(Fault):
        raise TapUnreadable
    return parcels.fail_at_door(call_id=tap.call_id, fault=Fault(fault), words=words, now=now)


def _say(tap: Tap, now: Occasion) -> object:
    said = tap.facts
    phrase, text = said.get("phrase", "")[:20], said.get("text", "")
    language = said.get("language", "")[:2] or "en"
    return talk.write_to_client(call_id=tap.call_id, phrase=phrase, text=text, language=language, now=now)


def _change(tap: Tap, now: Occasion) -> object:
    _mind_passwords(tap)
    reason, words = tap.facts.get("reason", ""), tap.facts.get("words", "")
    if reason not in ChangeReason.values:
        raise TapUnreadable
    wanted = _wanted(tap.facts)
    return changes.ask_for_change(call_id=tap.call_id, wanted=wanted, reason=ChangeReason(reason), words=words, now=now)


def _wanted(said: Mapping[str, str]) -> Wanted:
    """Return what the form of a change says, as a phone keeps it: positions between commas, the amount as typed."""
    keep = frozenset(int(position) for position in said.get("keep", "").split(",") if position.strip().isdecimal())
    extra: tuple[ExtraWork, ...] = ()
    if what := said.get("extra", "").strip()[:LONGEST_EXTRA]:
        amount = minor_units(said.get("amount", ""))
        if amount is None or amount <= 0:
            raise TapUnreadable
        extra = (ExtraWork(what, said.get("language", "")[:2] or "en", amount),)
    more = said.get("more_minutes", "")
    return Wanted(
        keep=keep,
        add=tuple(said[name] for name in MORE if said.get(name)),
        extra=extra,
        more_minutes=min(int(more), MOST_MORE_MINUTES) if more.isdecimal() else 0,
    )


def _agree(tap: Tap, now: Occasion) -> object:
    name = tap.facts.get("name", "")
    return changes.approve_change_by_hand(
        call_id=tap.call_id, seal=_seal(tap, now), name=name, evidence=_evidence(tap), now=now
    )


def _sign(tap: Tap, now: Occasion) -> object:
    name = tap.facts.get("name", "")
    return customers.sign_off_by_hand(
        call_id=tap.call_id, seal=_seal(tap, now), name=name, evidence=_evidence(tap), now=now
    )


def _seal(tap: Tap, now: Occasion) -> str:
    """Return the seal of what the client saw and signed.

    A phone knows no seal of a change that it asked for itself: it names that tap and the total that it showed.
    """
    if not tap.facts.get("of"):
        return tap.facts.get("seal", "")
    change = _made_by(tap, now)
    if str(change.total) != tap.facts.get("total"):
        raise asked.ChangeMoved
    return change.seal


def _made_by(tap: Tap, now: Occasion) -> ChangeRequest:
    """Return the change that an earlier tap of this helper asked for. Refuses where that one was not applied."""
    try:
        key = UUID(tap.facts["of"])
    except ValueError as fault:
        raise TapUnreadable from fault
    row = seen.kept_tap(now.actor, key) if now.actor else None
    made = row.facts.get("change") if row is not None else None
    found = ChangeRequest.objects.filter(call=tap.call_id, pk=made).first() if made else None
    if found is None:
        raise FollowsRefused
    return found


def _evidence(tap: Tap) -> dict[str, str]:
    said = {name: tap.facts[name] for name in ("browser", "drawing") if tap.facts.get(name)}
    if tap.claims:
        said["tapped_at"] = tap.claims[0].isoformat()
    return {"page": "helper, kept on the phone", **said}


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "set-out": lambda tap, now: visits.set_out(call_id=tap.call_id, now=now),
        "arrive": lambda tap, now: visits.arrive(call_id=tap.call_id, now=now),
        "client-code": lambda tap, now: door.check_client(call_id=tap.call_id, code=tap.facts.get("code", ""), now=now),
        "badge": lambda tap, now: door.show_badge(call_id=tap.call_id, now=now),
        "closed": lambda tap, now: door.nobody_opens(call_id=tap.call_id, now=now),
        "opened": lambda tap, now: door.somebody_opened(call_id=tap.call_id, now=now),
        "contact": _contact,
        "say": _say,
        "begin-work": lambda tap, now: visits.begin_work(call_id=tap.call_id, now=now),
        "tick": _tick,
        "photo": _photo,
        "note": _note,
        "change": _change,
        "agree": _agree,
        "take-back": lambda tap, now: changes.withdraw_change(call_id=tap.call_id, now=now),
        "give": lambda tap, now: parcels.give_to_client(call_id=tap.call_id, now=now),
        "faulty": _faulty,
        "finish": lambda tap, now: visits.finish(call_id=tap.call_id, now=now),
        "check-out": _check_out,
        "sign": _sign,
        "sign-off": lambda tap, now: sign_off_with_code(call_id=tap.call_id, code=tap.facts.get("code", ""), now=now),
    }
)
