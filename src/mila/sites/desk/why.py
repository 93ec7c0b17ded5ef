"""Why a helper was asked, or was not: the log of a search's rounds, made readable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking.models import ServiceCall
from mila.dispatch.models import Candidate
from mila.sites.desk.diary import helper_name
from mila.sites.templatetags.words import clock_time, moment

ROUNDS_SHOWN = 40
CANDIDATES_SHOWN = 100

REQUIREMENTS: Mapping[str, Promise] = {
    "active": _("Active and vetted"),
    "payable": _("Can be paid"),
    "tier": _("Tier"),
    "contract": _("Contract with the brand"),
    "skills": _("Skills"),
    "language": _("Language"),
    "area": _("Area"),
    "not_excluded": _("Not excluded by either side"),
    "free": _("Free for the slot"),
    "daily_cap": _("Visits that day"),
}

FACTORS: Mapping[str, Promise] = {"stars": _("stars"), "level": _("level"), "travel": _("travel")}


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a search: everybody around the call, looked at once."""

    search: UUID
    number: int
    at: datetime
    looked_at: int
    eligible: int
    current: bool


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement in words: what was found, what was needed."""

    name: str
    met: bool
    found: str
    needed: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A candidate in words; requirements that failed come first; points in whole points with one decimal."""

    helper_id: UUID
    name: str
    tier: str
    rank: int | None
    total: str
    points: Sequence[tuple[str, str]]
    travel_minutes: object
    failed: Sequence[Requirement]
    met: Sequence[Requirement]


def rounds_of(call: ServiceCall, chosen: str) -> list[Round]:
    """Return the call's latest rounds, newest first, with the chosen one ("search.number") or the newest marked."""
    rows = Candidate.objects.filter(search__call=call).values_list("search", "round")
    counted = rows.annotate(at=Min("at"), looked_at=Count("id"), eligible=Max("rank")).order_by("-at", "-round")
    found = list(counted[:ROUNDS_SHOWN])
    keys = [f"{search}.{number}" for search, number, *_rest in found]
    current = chosen if chosen in keys else next(iter(keys), "")
    return [
        Round(search, number, at, looked_at, eligible or 0, current=f"{search}.{number}" == current)
        for search, number, at, looked_at, eligible in found
    ]


def candidates_of(one: Round) -> list[Looked]:
    """Return who was looked at in the round, the best first, then those who did not meet every requirement."""
    rows = Candidate.objects.filter(search=one.search, round=one.number).select_related("helper__provider")
    ranked = sorted(rows[:CANDIDATES_SHOWN], key=lambda row: (row.rank is None, row.rank or 0, -row.total))
    return [_looked(row) for row in ranked]


def _looked(row: Candidate) -> Looked:
    requirements = [_requirement(name, said) for name, said in row.filters.items()]
    return Looked(
        helper_id=row.helper_id,
        name=helper_name(row.helper),
        tier=row.helper.provider.get_tier_display(),
        rank=row.rank,
        total=_points(row.total),
        points=[(str(said), _points(row.points.get(name, 0))) for name, said in FACTORS.items()],
        travel_minutes=row.points.get("travel_minutes", "–"),
        failed=[one for one in requirements if not one.met],
        met=[one for one in requirements if one.met],
    )


def _requirement(name: str, said: Mapping[str, object]) -> Requirement:
    unit = " km" if name == "area" else ""
    found, needed = _value(said.get("found")), _value(said.get("needed"))
    if name == "contract":
        needed = _value(said.get("needed") is not None)
    return Requirement(str(REQUIREMENTS.get(name, name)), bool(said.get("met")), found + unit, needed + unit)


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
    return f"{thousandths / 1000:.1f}"
