"""The first published sum with all its factors; what rounds found before is kept in the new form."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FIRST = {
    "stars": 40,
    "level": 20,
    "travel": 60,
    "reliability": 40,
    "tier": 10,
    "earlier": 25,
    "newcomer": 8,
    "prior_stars": 4500,
    "prior_ratings": 5,
    "half_life_days": 365,
    "prior_reliability": 970,
    "prior_jobs": 5,
}


def publish(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("dispatch", "Weights").objects.filter(version=1).update(values=FIRST)


def keep_rounds(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write every round's candidates as one decision; what their points followed from was not kept then."""
    decisions = apps.get_model("dispatch", "Decision").objects
    rows = apps.get_model("dispatch", "Candidate").objects.order_by("search_id", "round", "rank", "-total")
    for (search, number), group in groupby(rows.iterator(), key=lambda row: (row.search_id, row.round)):
        looked = list(group)
        names = list(looked[0].filters)
        decisions.create(
            search_id=search,
            round=number,
            at=looked[0].at,
            weights_id=looked[0].weights_id,
            looked_at=len(looked),
            eligible=sum(row.rank is not None for row in looked),
            asked={"names": names, "needed": {}},
            lines=list(_lines(looked, names)),
        )


def _lines(looked: list[Any], names: list[str]) -> Iterator[dict[str, Any]]:
    for row in looked:
        line: dict[str, Any] = {
            "h": row.helper_id.hex,
            "f": [_found(name, row.filters[name]) for name in names],
            "n": {name: row.filters[name]["needed"] for name in names},
        }
        if row.rank is not None:
            factors = [row.points.get(factor, 0) for factor in ("stars", "level", "travel")]
            line |= {"r": row.rank, "s": [*factors, 0, 0, 0, 0]}
        yield line


def _found(name: str, kept: dict[str, Any]) -> object:
    if name == "not_excluded":  # it said yes or no; now it names the sides, which were not told apart
        return [] if kept["found"] else ["unknown"]
    return kept["found"]


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0003_points_and_decisions"), ("booking", "0002_guards")]

    operations = [
        migrations.RunPython(publish, migrations.RunPython.noop),
        migrations.RunPython(keep_rounds, migrations.RunPython.noop),
    ]
