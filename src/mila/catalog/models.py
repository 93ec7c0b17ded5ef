"""Rows of the catalogue; texts are mappings from language to text."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from mila.kernel.ids import new_id


class Skill(models.Model):
    """Something a helper can prove to know, such as wireless networks."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.JSONField()


class Family(models.Model):
    """A group of packages by what is wrong: the first question of a booking."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.JSONField()
    icon = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()


class Package(models.Model):
    """A service package of fixed scope.

    `contents`, `not_included` and `tools` are lists of texts; `steps` is the checklist of the visit, a list of
    {"code", "text", "tutorial", "asks"}; `asks` is {"kind": "photo"} or {"kind": "number", "unit", "low", "high"};
    `minutes` is the planned work on site. `pick_up_item` is what is
    picked up at a branch on the way, empty where nothing is; `pick_up_size_cm` its length, width and height packed,
    `pick_up_grams` its weight. `pick_up_vehicle` is the smallest vehicle that it needs, `preferred_tier` who should
    rather come; both may be empty.
    """

    code = models.SlugField(primary_key=True, max_length=60)
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="packages")
    name = models.JSONField()
    summary = models.JSONField()
    contents = models.JSONField(default=list)
    not_included = models.JSONField(default=list)
    tools = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    training_url = models.URLField(blank=True)
    minutes = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    pick_up_item = models.JSONField(default=dict)
    pick_up_size_cm = ArrayField(models.PositiveSmallIntegerField(), default=list)
    pick_up_grams = models.PositiveIntegerField(default=0)
    pick_up_vehicle = models.CharField(max_length=12, blank=True)
    preferred_tier = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(pick_up_vehicle__in=["", "cargo_bike", "car", "estate", "van"]),
                name="pick_up_vehicle_known",
            ),
            models.CheckConstraint(condition=Q(preferred_tier__in=["", "friend", "pro"]), name="preferred_tier_known"),
            models.CheckConstraint(
                condition=Q(pick_up_size_cm__len=0) | Q(pick_up_size_cm__len=3), name="pick_up_size_has_three_sides"
            ),
            models.CheckConstraint(condition=Q(minutes__gte=10, minutes__lte=480), name="package_fits_a_day"),
        ]


class PackageSkill(models.Model):
    """A skill that a package needs, at a level from 1 to 5."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="needs")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="needed_by")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["package", "skill"], name="package_names_a_skill_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="needed_level_1_to_5"),
        ]
