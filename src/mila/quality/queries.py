"""How helpers are rated."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Avg, Count

from mila.quality.models import Rating
from mila.quality.rules import standing


@dataclass(frozen=True, slots=True)
class Stars:
    """What customers see: the plain average (None without ratings) and how many."""

    average: float | None
    count: int


def standings(helpers: Collection[UUID]) -> Mapping[UUID, int]:
    """Return each helper's standing in thousandths of a star, the prior for those without ratings."""
    stars: dict[UUID, list[int]] = defaultdict(list)
    for helper_id, given in Rating.objects.filter(helper__in=helpers).values_list("helper", "stars"):
        stars[helper_id].append(given)
    return {helper_id: standing(stars[helper_id]) for helper_id in helpers}


def stars(helper_id: UUID) -> Stars:
    """Return the helper's plain average and count of ratings."""
    row = Rating.objects.filter(helper=helper_id).aggregate(average=Avg("stars"), count=Count("id"))
    return Stars(row["average"], row["count"])
