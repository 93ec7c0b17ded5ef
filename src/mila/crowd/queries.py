"""Questions about helpers."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from mila.accounts.models import Account
from mila.catalog.models import Package
from mila.crowd.models import HeldSkill, Helper, HelperState, Qualification, WeeklyHours
from mila.partners.models import Brand


def is_helper(account: Account) -> bool:
    """Tell whether the account is a helper's."""
    return Helper.objects.filter(account=account).exclude(state=HelperState.LEFT).exists()


def skills_of(helper_id: UUID) -> QuerySet[HeldSkill]:
    """Return the helper's skills with their names, the highest level first."""
    return HeldSkill.objects.filter(helper=helper_id).select_related("skill").order_by("-level", "skill")


def hours_of(helper_id: UUID) -> QuerySet[WeeklyHours]:
    """Return the helper's weekly hours in the order of the week."""
    return WeeklyHours.objects.filter(helper=helper_id).order_by("weekday", "starts")


def qualifications_asked(*, brand: Brand, packages: Sequence[Package], on: date) -> frozenset[str]:
    """Return the codes of what the brand asks a helper to have proven for the packages of a call booked on the day."""
    asked = Qualification.objects.filter(
        Q(package=None) | Q(package__in=packages), Q(asked_until=None) | Q(asked_until__gt=on), brand=brand
    )
    return frozenset(asked.filter(asked_from__lte=on).values_list("code", flat=True))
