"""The diary of a call in plain words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import DeskSeat
from mila.booking.models import DiaryEntry, Offer, ServiceCall, Stage
from mila.crowd.models import Helper
from mila.journey.lifecycle import LIFE
from mila.kernel.occasion import Who
from mila.sites.desk.sentences import SENTENCES, WORDS_IN_FACTS
from mila.sites.desk.words import ACTORS, STAGES
from mila.sites.templatetags.words import moment, money
from mila.worded import worded

AT_MOST = 400  # lines on one page; a call that has more has a fault, which its first lines show

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
    entries = _entries(call.pk)
    names = _names(entries, offers)
    moved = _where_the_stage_changed(entries)
    return [_line(entry, names, currency, moved=entry.number in moved) for entry in entries]


def helper_name(helper: Helper) -> str:
    """Return the helper's full name, as the desk says it."""
    return full_name(helper.first_name, helper.last_name)


def full_name(first: str, last: str) -> str:
    """Return a helper's two names as one."""
    return f"{first} {last}"


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
    helpers = _helpers(list(others)) if others else ()
    desk = {entry.actor for entry in entries if entry.actor and entry.by == Who.DESK}
    seats = _seats(list(desk)) if desk else ()
    return {
        **{str(offer.pk): asked[offer.helper_id] for offer in offers},
        **{str(key): name for key, name in asked.items()},
        **{str(key): full_name(first, last) for key, first, last in helpers},
        **{str(account): name for account, name in seats},
    }


@worded
def _entries(call: UUID) -> QuerySet[DiaryEntry]:
    return DiaryEntry.objects.filter(call=call).order_by("number")[:AT_MOST]


@worded
def _helpers(ids: list[UUID]) -> QuerySet[Helper, tuple[UUID, str, str]]:
    return Helper.objects.filter(pk__among=ids).values_list("pk", "first_name", "last_name")


@worded
def _seats(accounts: list[UUID]) -> QuerySet[DeskSeat, tuple[UUID, str]]:
    return DeskSeat.objects.filter(account__pk__among=accounts).values_list("account", "name")


def _uuids(values: Iterable[object]) -> set[UUID]:
    return {found for value in values if (found := _uuid(value))}


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
