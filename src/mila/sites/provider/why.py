"""Why a helper got a call, or did not: the helper's own values from the log, in sentences; nobody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mila.catalog.models import Skill
from mila.crowd.models import Qualification
from mila.dispatch.points import FACTORS
from mila.dispatch.published import Step
from mila.dispatch.record import Line
from mila.dispatch.rules import Filter
from mila.dispatch.why import Missed
from mila.kernel.occasion import Who
from mila.partners.models import Tier
from mila.sites.provider.forms import VEHICLES
from mila.sites.templatetags.words import decimal, texts

FACTOR_NAMES: Mapping[str, Promise] = {
    "stars": gettext_lazy("Your stars"),
    "level": gettext_lazy("Your level above what was asked"),
    "travel": gettext_lazy("How near you are"),
    "reliability": gettext_lazy("Your reliability"),
    "tier": gettext_lazy("Your tier was preferred"),
    "earlier": gettext_lazy("Earlier good work for this client"),
    "newcomer": gettext_lazy("You are new"),
}
REQUIREMENTS: Mapping[str, tuple[Promise, str]] = {
    "active": (gettext_lazy("Your account was not active"), ""),
    "company": (gettext_lazy("Your company was not active"), ""),
    "payable": (gettext_lazy("No account to pay you to"), ""),
    "tier": (gettext_lazy("Another tier was asked for"), ""),
    "contract": (gettext_lazy("The brand’s contract was not signed"), ""),
    "skills": (gettext_lazy("A skill or its level was missing"), ""),
    "qualifications": (gettext_lazy("A proof that the brand asks for was missing"), ""),
    "language": (gettext_lazy("Another language was asked for"), "provider:limits"),
    "vehicle": (gettext_lazy("A larger vehicle was needed"), "provider:limits"),
    "area": (gettext_lazy("It was outside your area"), "provider:area"),
    "not_excluded": (gettext_lazy("You asked not to meet this customer again"), ""),
    "free": (gettext_lazy("You were not free at that time"), "provider:week"),
    "daily_cap": (gettext_lazy("You had as many visits that day as you take"), "provider:limits"),
}
GAINS: Mapping[str, Promise] = {
    "stars": gettext_lazy("Another rating with five stars"),
    "level": gettext_lazy("One level more in a skill that is asked for"),
    "travel": gettext_lazy("Ten minutes less on the road"),
    "reliability": gettext_lazy("One more promise kept, on time"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Points of one factor in words; `share` in thousandths of the helper's sum, for the bar."""

    name: str
    points: str
    share: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What kept the helper from calls, in words; `page` is the name of the page where it can be changed, if any."""

    says: str
    calls: int
    alone: int
    wanting: Sequence[tuple[str, int]]
    page: str


@dataclass(frozen=True, slots=True)
class Gain:
    """Something that would add points, in words."""

    says: str
    points: str


def parts_of(line: Line) -> list[Part]:
    """Return the helper's own points by factor, without those that are nothing."""
    if line.points is None:
        return []
    each = [(name, getattr(line.points, name)) for name in FACTORS]
    whole = max(line.total, 1)
    return [Part(str(FACTOR_NAMES[name]), points_said(one), one * 1000 // whole) for name, one in each if one > 0]


def reasons_of(line: Line) -> list[str]:
    """Return a sentence for every requirement that the helper missed; nothing about the customer."""
    missed = [(name, one) for name, one in line.filters.items() if not one.met and not _is_the_customers(name, one)]
    return [_sentence(name, one) for name, one in missed]


def obstacle(one: Missed) -> Obstacle:
    """Return in words what kept the helper from calls."""
    says, page = REQUIREMENTS.get(one.name, (one.name, ""))
    names = _names(one.name, [code for code, _calls in one.wanting])
    wanting = [(names.get(code, code), calls) for code, calls in one.wanting]
    return Obstacle(str(says), one.calls, one.alone, wanting, page)


def gains_of(steps: Sequence[Step]) -> list[Gain]:
    """Return in words what would add points, the most first."""
    return [Gain(str(GAINS[one.factor]), points_said(one.gain)) for one in steps]


def points_said(thousandths: int) -> str:
    """Return points as they are shown: with one decimal."""
    return decimal(thousandths / 1000)


def _is_the_customers(name: str, one: Filter) -> bool:
    """Tell whether it is the customer's own matter that a helper is not asked."""
    return name == "not_excluded" and (not isinstance(one.found, list) or Who.PROVIDER not in one.found)


def _sentence(name: str, one: Filter) -> str:
    says = str(REQUIREMENTS[name][0]) if name in REQUIREMENTS else name
    detail = "" if one.found is None else _detail(name, one.found, one.needed)
    return f"{says}: {detail}." if detail else f"{says}."


def _detail(name: str, found: Any, needed: Any) -> str:  # noqa: ANN401 - values as the log keeps them
    match name:
        case "area":
            return _("%(km)s km away, where %(radius)s km was as far as you go") % {
                "km": decimal(found),
                "radius": needed,
            }
        case "skills":
            return _skills_lacking(found, needed)
        case "qualifications" | "language" | "vehicle":
            lacking = sorted(set(needed) - set(found)) if name == "qualifications" else [needed]
            names = _names(name, lacking)
            return ", ".join(names.get(code, code) for code in lacking)
        case "tier":
            return ", ".join(str(Tier(tier).label) for tier in needed)
    return ""


def _skills_lacking(found: Mapping[str, int], needed: Mapping[str, int]) -> str:
    names = _names("skills", list(needed))
    lacking = [code for code, level in needed.items() if found.get(code, 0) < level]
    said = _("%(skill)s: level %(needed)s asked, you had %(found)s")
    return "; ".join(
        said % {"skill": names.get(code, code), "needed": needed[code], "found": found.get(code, 0)} for code in lacking
    )


def _names(name: str, codes: Sequence[str]) -> Mapping[str, str]:
    match name:
        case "skills":
            return {row.code: texts(row.name) for row in Skill.objects.filter(code__in=codes)}
        case "qualifications":
            return {row.code: texts(row.name) for row in Qualification.objects.filter(code__in=codes)}
        case "vehicle":
            return {code: str(said) for code, said in VEHICLES if code in codes}
        case "language":
            return {code: Locale(code).get_display_name(get_language() or "en") or code for code in codes}
    return {}
