"""Why a helper was asked, or was not: the log of a search's rounds, made readable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Offer, ServiceCall
from mila.crowd.models import Helper
from mila.dispatch import kept
from mila.dispatch.models import Decision
from mila.dispatch.points import FACTORS
from mila.dispatch.record import Line
from mila.dispatch.rules import Filter
from mila.kernel.place import Point
from mila.sites.desk.diary import helper_name
from mila.sites.desk.words import OFFERS
from mila.sites.templatetags.words import clock_time, decimal, moment
from mila.worded import worded

ROUNDS_SHOWN = 40
CANDIDATES_SHOWN = 25
ON_THE_CALL = 10  # the round has a page of its own, with everybody
BAR = 1000  # the length of the bar of the best

REQUIREMENTS: Mapping[str, Promise] = {
    "active": _("Active and vetted"),
    "company": _("Company active"),
    "payable": _("Can be paid"),
    "tier": _("Tier"),
    "contract": _("Contract with the brand"),
    "skills": _("Skills"),
    "qualifications": _("Proofs the brand asks for"),
    "language": _("Language"),
    "vehicle": _("Vehicle"),
    "area": _("Area"),
    "not_excluded": _("Not excluded by either side"),
    "free": _("Free for the slot"),
    "daily_cap": _("Visits that day"),
}

FACTOR_NAMES: Mapping[str, Promise] = {
    "stars": _("stars"),
    "level": _("level"),
    "travel": _("travel"),
    "reliability": _("reliability"),
    "tier": _("tier"),
    "earlier": _("earlier visits"),
    "newcomer": _("newcomer"),
}


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a search: everybody around the call, looked at once."""

    search: UUID
    number: int
    at: datetime
    looked_at: int
    eligible: int
    current: bool
    version: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement in words: what was found, what was needed."""

    name: str
    met: bool
    found: str
    needed: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A candidate in words; requirements that failed come first; points in whole points with one decimal.

    `bar` draws the points: factor, where its part begins and how long it is, in thousandths of the best one's bar.
    `answer` is what came of asking, with its time; empty for who was not asked in that search.
    """

    helper_id: UUID
    name: str
    home: Point
    tier: str
    rank: int | None
    total: str
    points: Sequence[tuple[str, str]]
    bar: Sequence[tuple[str, int, int]]
    answer: str
    asked_at: datetime | None
    answered_at: datetime | None
    travel_minutes: object
    failed: Sequence[Requirement]
    met: Sequence[Requirement]


def rounds_of(call: ServiceCall, chosen: str) -> list[Round]:
    """Return the call's latest rounds, newest first, with the chosen one ("search.number") or the newest marked."""
    rows = _rounds(call.pk)
    keys = [f"{row.search_id}.{row.round}" for row in rows]
    current = chosen if chosen in keys else next(iter(keys), "")
    return [_round(row, current=key == current) for key, row in zip(keys, rows, strict=True)]


def candidates_of(one: Round, *, start: int = 0, count: int = CANDIDATES_SHOWN) -> list[Looked]:
    """Return a page of who was looked at in the round, the best first, then who missed a requirement."""
    return said_of(_decisions(one.search, one.number)[0], start=start, count=count)


@worded
def _rounds(call: UUID) -> QuerySet[Decision]:
    shown = ("search", "round", "at", "looked_at", "eligible", "weights__version")
    rows = Decision.objects.filter(search__call=call).select_related("weights").only(*shown)
    return rows.order_by("-at", "-round")[:ROUNDS_SHOWN]


@worded
def _decisions(search: UUID, number: int) -> QuerySet[Decision]:
    return Decision.objects.only("id", "asked", "search").filter(search=search, round=number)


def said_of(decision: Decision, *, start: int, count: int = CANDIDATES_SHOWN) -> list[Looked]:
    """Return a page of the round's candidates in words."""
    return _in_words(decision, kept.page_of(decision, start=start, count=count))


def named_in(decision: Decision, words: str) -> list[Looked]:
    """Return the candidates of the round with that name, in words."""
    same = Q()
    for word in words.split()[:4]:
        same &= Q(first_name__icontains=word) | Q(last_name__icontains=word)
    named = Helper.objects.filter(same, provider__country=decision.search.call.country_id)
    return _in_words(decision, kept.lines_of(decision, list(named.values_list("pk", flat=True)[:CANDIDATES_SHOWN])))


def _round(row: Decision, *, current: bool) -> Round:
    version = row.weights.version
    return Round(row.search_id, row.round, row.at, row.looked_at, row.eligible, current, version)


def _in_words(decision: Decision, lines: Sequence[Line]) -> list[Looked]:
    ids = [line.helper_id for line in lines]
    helpers = {helper.pk: helper for helper in _helpers(ids)} if ids else {}
    asked = {offer.helper_id: offer for offer in _offers(decision.search_id, ids)} if ids else {}
    best = max((line.total for line in lines), default=0) or 1
    return [_looked(line, helpers[line.helper_id], asked.get(line.helper_id), best) for line in lines]


@worded
def _helpers(ids: list[UUID]) -> QuerySet[Helper]:
    return Helper.objects.select_related("provider").filter(pk__among=ids)


@worded
def _offers(search: UUID, helpers: list[UUID]) -> QuerySet[Offer]:
    return Offer.objects.filter(search=search, helper__pk__among=helpers).order_by("made_at")


def _looked(line: Line, helper: Helper, offer: Offer | None, best: int) -> Looked:
    requirements = [_requirement(name, one) for name, one in line.filters.items()]
    factors = FACTORS if line.points else ()
    return Looked(
        helper_id=helper.id,
        name=helper_name(helper),
        home=helper.home,
        tier=helper.provider.get_tier_display(),
        rank=line.rank,
        total=_points(line.total) if line.points else "–",
        points=[(str(FACTOR_NAMES[name]), _points(getattr(line.points, name))) for name in factors],
        bar=_bar([(name, getattr(line.points, name)) for name in factors], best),
        answer=str(OFFERS[offer.state]) if offer else "",
        asked_at=offer.made_at if offer else None,
        answered_at=offer.answered_at if offer else None,
        travel_minutes=line.facts.minutes if line.facts else "–",
        failed=[one for one in requirements if not one.met],
        met=[one for one in requirements if one.met],
    )


def _bar(parts: Sequence[tuple[str, int]], best: int) -> list[tuple[str, int, int]]:
    drawn, begins = [], 0
    for name, points in parts:
        long = max(points, 0) * BAR // best
        drawn.append((name, begins, long))
        begins += long
    return [part for part in drawn if part[2]]


def _requirement(name: str, one: Filter) -> Requirement:
    if one.found is None:  # of somebody further away only what was missed first is kept
        return Requirement(str(REQUIREMENTS.get(name, name)), one.met, "–", "–")
    found, needed = _value(one.found), _value(one.needed)
    if name == "area":
        found, needed = f"{decimal(one.found)} km", f"{needed} km"
    if name == "contract":
        needed = _value(one.needed is not None)
    return Requirement(str(REQUIREMENTS.get(name, name)), one.met, found, needed)


def _value(value: object) -> str:
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case None | []:
            return gettext("none")
        case dict():
            return ", ".join(f"{key}: {_value(one)}" for key, one in value.items()) or gettext("none")
        case list():
            return ", ".join(_value(one) for one in value)
        case str() if "/" in value:
            return _period(value)
    return str(value)


def _period(value: str) -> str:
    start, _slash, end = value.partition("/")
    try:
        return f"{moment(datetime.fromisoformat(start))}–{clock_time(datetime.fromisoformat(end))}"
    except ValueError:
        return value


def _points(thousandths: int) -> str:
    return decimal(thousandths / 1000)
