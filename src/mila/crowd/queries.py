"""Questions about helpers."""

from uuid import UUID

from django.db.models import QuerySet

from mila.accounts.models import Account
from mila.crowd.models import HeldSkill, Helper, HelperState, WeeklyHours


def is_helper(account: Account) -> bool:
    """Tell whether the account is a helper's."""
    return Helper.objects.filter(account=account).exclude(state=HelperState.LEFT).exists()


def skills_of(helper_id: UUID) -> QuerySet[HeldSkill]:
    """Return the helper's skills with their names, the highest level first."""
    return HeldSkill.objects.filter(helper=helper_id).select_related("skill").order_by("-level", "skill")


def hours_of(helper_id: UUID) -> QuerySet[WeeklyHours]:
    """Return the helper's weekly hours in the order of the week."""
    return WeeklyHours.objects.filter(helper=helper_id).order_by("weekday", "starts")
