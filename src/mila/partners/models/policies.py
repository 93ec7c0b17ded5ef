"""How helpers are searched for: dated versions per country or brand."""

from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account
from mila.countries.models import Country
from mila.kernel.ids import new_id
from mila.partners.models.brands import Brand


class Mode(models.TextChoices):
    """How a search asks: one after another, several at once, or not at all."""

    SEQUENTIAL = "sequential", _("One after another, exclusively")
    WAVE = "wave", _("Several at once: the first yes wins")
    ROUND = "round", _("Several at once: the best-ranked yes wins")
    MANUAL = "manual", _("Nobody: the desk decides")


class Rung(models.TextChoices):
    """The rungs of the ladder that a search climbs while nobody accepts."""

    OWN_AREA = "own_area", _("Own area")
    SECOND_AREA = "second_area", _("Second area")
    OTHER_TIER = "other_tier", _("Other tier")
    BONUS = "bonus", _("Bonus")
    OTHER_SLOTS = "other_slots", _("Other times")
    DESK = "desk", _("The desk")


def whole_ladder() -> list[str]:
    """Return all rungs in the product's order."""
    return [str(rung) for rung in Rung]


class SearchPolicy(models.Model):
    """How helpers are sought for a brand's calls in a country, from a moment on; later versions are added.

    Without a brand it holds for all brands that have none of their own. An unsaved one is the house's default.
    `*_minutes` of a rung is how long it lasts at most. Bonus in minor units: by `bonus_step` at a time, up to
    `bonus_most`. Between `quiet_from` and `quiet_until`, in the country's time, nobody is rung, unless the visit
    begins less than `night_notice_minutes` after the quiet hours.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="search_policies")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="search_policies")
    holds_from = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.SEQUENTIAL)
    window_seconds = models.PositiveSmallIntegerField(default=120)  # guide: "exclusive to you for 2 minutes"
    unreached_seconds = models.PositiveSmallIntegerField(default=20)
    preferred_minutes = models.PositiveSmallIntegerField(default=15)
    wave_size = models.PositiveSmallIntegerField(default=3)
    round_minutes = models.PositiveSmallIntegerField(default=3)
    ladder = ArrayField(models.CharField(max_length=12, choices=Rung.choices), default=whole_ladder)
    own_area_minutes = models.PositiveSmallIntegerField(default=30)
    second_area_minutes = models.PositiveSmallIntegerField(default=30)
    other_tier_minutes = models.PositiveSmallIntegerField(default=15)
    bonus_minutes = models.PositiveSmallIntegerField(default=15)
    other_slots_minutes = models.PositiveSmallIntegerField(default=30)
    bonus_step = models.PositiveIntegerField(default=0)
    bonus_most = models.PositiveIntegerField(default=0)
    brand_pays_bonus = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True, default=time(22))
    quiet_until = models.TimeField(null=True, default=time(7))
    night_notice_minutes = models.PositiveSmallIntegerField(default=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["country", "brand", "holds_from"], nulls_distinct=False, name="one_search_policy_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ladder__0="own_area", ladder__len__gt=1), name="ladder_begins_in_the_own_area"
            ),
            models.CheckConstraint(
                condition=Q(bonus_most=0, bonus_step=0) | Q(bonus_step__gt=0, bonus_most__gte=models.F("bonus_step")),
                name="bonus_within_its_bounds",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="policy_quiet_hours_have_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(
                    window_seconds__gte=30,
                    unreached_seconds__range=(5, 600),
                    preferred_minutes__gte=2,
                    wave_size__range=(2, 20),
                    round_minutes__range=(1, 60),
                ),
                name="search_times_are_times",
            ),
        ]

    def minutes_on(self, rung: str) -> int:
        """Return how long the rung lasts at most; the desk's has no end of its own."""
        return int(getattr(self, f"{rung}_minutes", 0))
