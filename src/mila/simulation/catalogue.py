"""The catalogue of the demonstration as rows; its texts are in `data/`."""

from decimal import Decimal
from typing import Any

from mila.catalog.models import Family, Package, PackageSkill, Skill
from mila.kernel.texts import LANGUAGES, Texts
from mila.simulation.files import read
from mila.visit.rules import Asked

BEFORE = ("introduce", "go_over", "power_outlets")
AFTER = ("tutorial", "tidy_up")
USUAL = Decimal(87)
PASSWORD = "wifi_password"  # noqa: S105 - the code of a step: the client types it, nobody stores it


def fill_catalogue() -> None:
    """Write the skills, families and packages that are not there yet; edited rows stay."""
    basics = read("basics")
    Skill.objects.bulk_create(
        [Skill(code=code, name=name) for code, name in basics["skills"].items()], ignore_conflicts=True
    )
    Family.objects.bulk_create(
        [
            Family(code=code, name=_all(family, "name"), icon=family["icon"], position=position)
            for position, (code, family) in enumerate(basics["families"].items(), start=1)
        ],
        ignore_conflicts=True,
    )
    for family in basics["families"]:
        _fill_family(family, basics["steps"], basics["asks"])


def _fill_family(family: str, shared: dict[str, Texts], asks: dict[str, Any]) -> None:
    packages = read(family)
    Package.objects.bulk_create(
        [
            _package(code, family, position, given, _steps(given, shared, asks))
            for position, (code, given) in enumerate(packages.items(), start=1)
        ],
        ignore_conflicts=True,
    )
    PackageSkill.objects.bulk_create(
        [
            PackageSkill(package_id=code, skill_id=skill, level=level)
            for code, given in packages.items()
            for skill, level in given["needs"].items()
        ],
        ignore_conflicts=True,
    )


def _package(code: str, family: str, position: int, given: dict[str, Any], steps: list[dict[str, object]]) -> Package:
    return Package(
        code=code,
        family_id=family,
        name=_all(given, "name"),
        summary=_all(given, "summary"),
        contents=_lists(given, "contents"),
        not_included=_lists(given, "not_included"),
        tools=_lists(given, "tools"),
        steps=steps,
        minutes=given["minutes"],
        position=position,
        **_pick_up(given.get("pick_up")),
    )


def _pick_up(given: dict[str, Any] | None) -> dict[str, Any]:
    if given is None:
        return {}
    return {
        "pick_up_item": {language: given[language] for language in LANGUAGES},
        "pick_up_size_cm": given["size_cm"],
        "pick_up_grams": given["grams"],
        "pick_up_vehicle": given["vehicle"],
    }


def _steps(given: dict[str, Any], shared: dict[str, Texts], asks: dict[str, Any]) -> list[dict[str, object]]:
    """Return the checklist in the guide's order: introduce, go over, prepare, work, explain, tidy up."""
    before = (*BEFORE, PASSWORD) if given["password"] else BEFORE
    work = dict(zip(given["steps"], _lists(given, "work"), strict=True))
    texts = {code: shared[code] for code in before} | work | {code: shared[code] for code in AFTER}
    return [
        {"code": code, "text": text, "tutorial": code == "tutorial"} | ({"asks": asks[code]} if code in asks else {})
        for code, text in texts.items()
    ]


def plausible(asks: Asked | None) -> Decimal | None:
    """Return a number that somebody could have measured, where a step asks for one."""
    return min(asks.high, max(asks.low, USUAL)) if asks is not None and asks.kind == "number" else None


def _all(given: dict[str, Any], key: str) -> Texts:
    return {language: given[language][key] for language in LANGUAGES}


def _lists(given: dict[str, Any], key: str) -> list[Texts]:
    rows = zip(*(given[language][key] for language in LANGUAGES), strict=True)
    return [dict(zip(LANGUAGES, row, strict=True)) for row in rows]
