"""The diary of a call in plain words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import DeskSeat
from mila.booking.models import ChangeReason, DiaryEntry, Offer, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey.lifecycle import LIFE
from mila.kernel.occasion import Who
from mila.quality.models import Bearer, Outcome
from mila.sites.desk.words import ACTORS, STAGES
from mila.sites.templatetags.words import moment, money
from mila.visit.rules import CAUSE_WORDS, FAULT_WORDS, TAP_WORDS

AT_MOST = 400  # lines on one page; a call that has more has a fault, which its first lines show

SENTENCES: Mapping[str, str | Promise] = {
    "book": _("Booked"),
    "early_start": _("Customer wants the work to begin within the withdrawal period (text %(version)s)"),
    "ask_to_secure_48": _("Customer asked for a means of payment that holds"),
    "ask_to_secure_24": _("Customer asked again for a means of payment that holds"),
    "ask_to_secure_6": _("Customer asked a last time for a means of payment that holds"),
    "secure": _("Means of payment saved; the search begins"),
    "abandon": _("No means of payment in time: the booking is given up"),
    "search_opened": _("Search for %(purpose)s opened"),
    "offer_made": _("Offer to %(helper)s, rank %(rank)s"),
    "offer_seen": _("%(helper)s sees the offer: two exclusive minutes begin"),
    "offer_unreached": _("%(helper)s could not be reached; an SMS goes out"),
    "offer_expired": _("%(helper)s did not answer in time"),
    "offer_declined": _("%(helper)s declined"),
    "yes_standing": _("%(helper)s says yes after the time: a standing yes"),
    "yes_withdrawn": _("%(helper)s takes the standing yes back"),
    "nobody_left_to_ask": _("Nobody is left to ask; the desk is told"),
    "rung_climbed": _("Nobody has accepted so far; next: %(rung)s"),
    "bonus_offered": _("A bonus of %(cost)s is offered on top"),
    "search_rests": _("It is night: the search goes on in the morning"),
    "link_used": _("%(helper)s answers by the link from the SMS"),
    "choose_time": _("Customer chose another time; the search begins anew"),
    "approve_terms": _("Customer agreed to another kind of help for %(cost)s"),
    "terms_kept": _("Customer stays with the kind of help that was booked"),
    "accept": _("%(helper)s accepted"),
    "assign": _("%(helper)s assigned by the desk"),
    "nobody_came_forward": _("Nobody came forward: the search ends"),
    "contact_tried": _("Helper called the client: %(outcome)s"),
    "contact": _("Client reached: scope, price, date, time and place gone over"),
    "remind_to_contact": _("Helper reminded to call the client"),
    "silent": _("Helper has not called the client: a replacement is sought"),
    "remind_to_confirm": _("Helper reminded to confirm"),
    "remind_again_to_confirm": _("Helper reminded again to confirm"),
    "confirm": _("Visit confirmed"),
    "unsure": _("Not confirmed in time: a replacement is sought"),
    "no_time_agreed": _("No time was agreed: the helper is released"),
    "drop_out": _("Helper gave the visit back"),
    "seek_replacement": _("The desk looks for a replacement"),
    "keep_helper": _("The desk stopped looking for a replacement"),
    "take_away": _("Taken away from the helper by the desk"),
    "time_asked": _("Another time asked for: %(starts)s"),
    "times_proposed": _("%(helper)s proposes: %(starts)s"),
    "time_agreed": _("Another time agreed: %(agreed)s"),
    "time_refused": _("%(helper)s cannot come at the other time; the customer chooses"),
    "time_silent": _("%(helper)s has not answered about the other time; the customer chooses"),
    "time_kept": _("The time stays as it was"),
    "time_sought": _("Customer wants somebody else at the other time"),
    "time_declined": _("Customer asks for other times"),
    "time_lapsed": _("Customer has not answered to the proposed times"),
    "time_withdrawn": _("The request for another time was taken back"),
    "time_overtaken": _("The request for another time is over, since the call went another way"),
    "change_time": _("New time: %(start)s; the search begins anew"),
    "agree_to_time": _("%(helper)s agrees: new time %(start)s"),
    "approve_time": _("Time approved: %(start)s"),
    "seek_at_time": _("%(start)s: somebody else is sought; the helper is free without fault"),
    "go_unsecured": _("Helper goes although the payment is not secured"),
    "pause": _("Paused: the payment is not secured"),
    "go_on": _("Payment secured: the visit goes on"),
    "not_secured": _("Not secured in time: cancelled"),
    "talk_read": _("The desk has read what helper and client wrote to one another"),
    "change_asked": _("%(helper)s asks for a change: %(before)s becomes %(cost)s (%(why)s)"),
    "change_securing": _("Customer agrees to %(cost)s; the bank is asked"),
    "change_approved": _("Change approved: the price is %(cost)s instead of %(before)s"),
    "change_declined": _("Change to %(cost)s declined: the price stays %(before)s"),
    "change_uncovered": _("The bank has not covered %(cost)s: the price stays %(before)s"),
    "change_withdrawn": _("%(helper)s takes the change back"),
    "change_lapsed": _("The change to %(cost)s was not answered in time"),
    "change_overtaken": _("The change is over, since the call went another way"),
    "set_out": _("Helper is on the way"),
    "not_on_the_way": _("Helper has not set out: a replacement is sought"),
    "no_show": _("Helper did not come"),
    "late": _("Helper is late"),
    "missing": _("Helper set out and never arrived"),
    "arrive": _("Helper has arrived"),
    "door_code_right": _("A code at the door was right"),
    "door_codes_spent": _("Five wrong codes at the door: photo and badge count; please call both"),
    "badge_shown": _("Photo and badge shown instead of a code"),
    "nobody_opens": _("Nobody opens the door; the client was told"),
    "somebody_opened": _("Somebody opened the door after all"),
    "picked_up": _("Fetched at the branch; name on the ID card and code compared"),
    "pick_up_locked": _("Five wrong codes at the branch: locked until the desk unlocks it"),
    "pick_up_id_refused": _("The branch says that the ID card shows somebody else: locked"),
    "pick_up_unlocked": _("The desk unlocked the pick-up; the helper has another code"),
    "pick_up_failed": _("Could not be fetched at the branch (%(fault)s): the brand bears the journey"),
    "parcel_handed_over": _("Handed over to the client"),
    "parcel_returned": _("Brought back to the branch, receipt %(receipt)s"),
    "leave_at_cost": _("Left without the work (%(cause)s): the client bears the journey"),
    "leave_by_brands_fault": _("Left without the work (%(cause)s): the brand’s fault"),
    "leave_blameless": _("Left without the work (%(cause)s): the house bears the journey"),
    "leave_unable": _("Left without the work (%(cause)s): at the helper’s own fault"),
    "begin_work": _("Work has begun"),
    "finish": _("Work is done; the client is asked to sign off"),
    "forgotten": _("Helper has not finished; asked to"),
    "sign_off": _("Signed off by the client"),
    "object": _("The client objects: nothing is signed off by silence"),
    "remind_to_sign_off": _("Client reminded to sign off"),
    "remind_again_to_sign_off": _("Client reminded again to sign off"),
    "sign_off_by_silence": _("No objection in 24 hours: signed off by silence"),
    "charge": _("Payment received"),
    "decline": _("Payment declined"),
    "bill_brand": _("Put on the brand's bill"),
    "no_word_from_bank": _("No word from the bank"),
    "dun_1": _("Client reminded to pay"),
    "dun_2": _("Client reminded to pay, second time"),
    "dun_3": _("Client reminded to pay, third time"),
    "dun_4": _("Client reminded to pay, last time"),
    "remind_to_rate": _("Client reminded to rate, unless done"),
    "release": _("Pay-out released"),
    "cancel": _("Cancelled by the customer, cost %(cost)s"),
    "cancel_by_desk": _("Cancelled by the desk"),
    "search_anew": _("Search started again by the desk"),
    "write_off": _("Debt written off by the desk"),
    "cancellation_paid": _("Cost of cancelling received"),
    "cancellation_declined": _("Cost of cancelling declined; customer asked to pay by link"),
    "finish_by_desk": _("Visit closed by the desk; the client is asked to sign off"),
    "withdraw": _("Customer has withdrawn from the contract"),
    "withdraw_midway": _("Customer has withdrawn during the work: %(cost)s for what was done"),
    "not_again": _("One side does not wish to meet the other again"),
    "again_after_all": _("The wish not to meet again was taken back"),
    "case_opened": _("Customer opened a guarantee case about %(cost)s"),
    "case_answered": _("Helper said their side of the case"),
    "case_silent": _("Helper has not answered in time: decided on what there is"),
    "case_taken": _("Somebody at the desk looks after the case"),
    "case_decided": _("Case decided: %(outcome)s, %(cost)s back"),
    "dispute_warned": _("The customer’s bank warns: %(cost)s may be disputed (%(word)s)"),
    "dispute_open": _("The customer’s bank has taken %(cost)s back (%(word)s)"),
    "dispute_won": _("Dispute won: %(cost)s has come back"),
    "dispute_lost": _("Dispute lost: %(cost)s does not come back"),
    "dispute_passed": _("The dispute about %(cost)s is over without a loss (%(word)s)"),
    "dispute_unclear": _("The bank says something about %(cost)s that we do not know: %(word)s"),
    "dispute_strange": _("The bank uses a word for a dispute that we do not know: %(word)s"),
    "dispute_near": _("In less than 48 hours the bank takes no evidence any more"),
    "dispute_handed_in": _("Evidence for the dispute handed in"),
    "dispute_accepted": _("The dispute was accepted: the customer keeps the money"),
    "dispute_refused": _("The bank does not take the reply to the dispute (%(code)s)"),
    "dispute_borne": _("Said who carries the helper’s share of the dispute: %(bearer)s"),
    "rated": _("Rated with %(stars)s stars"),
    "notice_refused": _("The bank reports something that does not fit here; please look at the money"),
    "tap_refused": _("%(helper)s had no network: “%(what)s”, tapped %(start)s, could not be applied (%(why)s)"),
    "clock_failed": _("The clock could not take the next step; it tries again"),
}

WORDS_IN_FACTS: Mapping[str, Promise] = {
    **{outcome.value: outcome.label for outcome in Outcome},
    **{f"bearer:{bearer.value}": bearer.label for bearer in Bearer},
    "first": _("a helper"),
    "replacement": _("a replacement"),
    "second_area": _("larger areas"),
    "other_tier": _("another kind of help"),
    "other_slots": _("other times"),
    "reached": _("reached"),
    "no_answer": _("no answer"),
    "left_message": _("left a message"),
    **{cause.value: words for cause, words in CAUSE_WORDS.items()},
    **{f"tap:{name}": words for name, words in TAP_WORDS.items()},
    **dict(ChangeReason.choices),
    **{fault.value: words for fault, words in FAULT_WORDS.items()},
}

LOUD = {"nobody_left_to_ask", "silent", "unsure", "no_time_agreed", "no_show", "late", "missing", "decline", "object"}
LOUD |= {"door_codes_spent", "tap_refused", "leave_by_brands_fault", "leave_blameless", "leave_unable"}
LOUD |= {"case_opened", "case_silent", "cancellation_declined", "finish_by_desk"}
LOUD |= {"pick_up_locked", "pick_up_id_refused", "pick_up_failed"}
LOUD |= {"dispute_warned", "dispute_open", "dispute_lost", "dispute_unclear", "dispute_strange", "dispute_near"}
LOUD |= {"dispute_refused"}
LOUD |= {"time_silent", "time_refused", "pause", "not_secured", "change_uncovered"}
LOUD |= {"not_on_the_way", "forgotten", "no_word_from_bank", "notice_refused", "clock_failed", "nobody_came_forward"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the diary; `stage` is said only where it changes."""

    number: int
    at: datetime
    text: str
    by: str
    reason: str
    stage: str
    loud: bool


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "–"


def lines_of(call: ServiceCall, currency: str, offers: Sequence[Offer]) -> list[Line]:
    """Return the call's diary in order, at most 400 lines; its amounts are in the currency, its offers known."""
    entries = list(call.diary.order_by("number")[:AT_MOST])
    names = _names(entries, offers)
    moved = _where_the_stage_changed(entries)
    return [_line(entry, names, currency, moved=entry.number in moved) for entry in entries]


def helper_name(helper: Helper) -> str:
    """Return the helper's full name, as the desk says it."""
    return f"{helper.first_name} {helper.last_name}"


def _where_the_stage_changed(entries: Sequence[DiaryEntry]) -> set[int]:
    """Return the numbers of the lines that moved the call; a note beside a step tells nothing of the stage."""
    steps = [entry for entry in entries if entry.step == "book" or LIFE.knows(entry.step)]
    return {entry.number for before, entry in zip([None, *steps], steps, strict=False) if _differs(before, entry)}


def _differs(before: DiaryEntry | None, entry: DiaryEntry) -> bool:
    return before is None or before.stage != entry.stage


def _line(entry: DiaryEntry, names: Mapping[str, str], currency: str, *, moved: bool) -> Line:
    said = SENTENCES.get(entry.step, entry.step.replace("_", " "))
    return Line(
        number=entry.number,
        at=entry.at,
        text=str(said) % _facts(entry, names, currency),
        by=_actor(entry, names),
        reason=str(entry.facts.get("reason", "")),
        stage=str(STAGES[Stage(entry.stage)]) if moved else "",
        loud=entry.step in LOUD,
    )


def _facts(entry: DiaryEntry, names: Mapping[str, str], currency: str) -> _Facts:
    facts = _Facts({key: WORDS_IN_FACTS.get(str(value), value) for key, value in entry.facts.items()})
    about = str(entry.facts.get("offer") or entry.facts.get("helper") or "")
    theirs = names.get(str(entry.actor)) if entry.by == Who.PROVIDER else None
    facts["helper"] = names.get(about) or theirs or str(_("a helper"))
    for key in ("start", "agreed"):
        if key in entry.facts:
            facts[key] = _said(str(entry.facts[key]))
    if isinstance(starts := entry.facts.get("starts"), list):
        facts["starts"] = "; ".join(_said(str(start)) for start in starts)
    for key in ("cost", "before"):
        if isinstance(entry.facts.get(key), int):
            facts[key] = money(entry.facts[key], currency)
    return facts


def _said(start: str) -> str:
    return moment(datetime.fromisoformat(start))


def _actor(entry: DiaryEntry, names: Mapping[str, str]) -> str:
    name = names.get(str(entry.actor), "") if entry.actor else ""
    said = str(ACTORS.get(entry.by, entry.by))
    return f"{name} ({said})" if name and entry.by == Who.DESK else name or said


def _names(entries: Sequence[DiaryEntry], offers: Sequence[Offer]) -> dict[str, str]:
    """Return who is meant by the ids of offers, helpers and people at the desk; who got an offer is read already."""
    asked = {offer.helper_id: helper_name(offer.helper) for offer in offers}
    acted = {entry.actor for entry in entries if entry.actor and entry.by == Who.PROVIDER}
    others = (acted | _uuids(entry.facts.get("helper") for entry in entries)) - set(asked)
    helpers = Helper.objects.filter(pk__in=others) if others else ()
    desk = {entry.actor for entry in entries if entry.actor and entry.by == Who.DESK}
    seats = DeskSeat.objects.filter(account__in=desk) if desk else ()
    return {
        **{str(offer.pk): asked[offer.helper_id] for offer in offers},
        **{str(key): name for key, name in asked.items()},
        **{str(helper.pk): helper_name(helper) for helper in helpers},
        **{str(seat.account_id): seat.name for seat in seats},
    }


def _uuids(values: Iterable[object]) -> set[UUID]:
    return {found for value in values if (found := _uuid(value))}


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
