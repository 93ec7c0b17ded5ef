"""Questions about helpers."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from mila.accounts.models import Account
from mila.catalog.models import Package
from mila.crowd.models import (
    AvailabilityException,
    CalendarFeed,
    CalendarSubscription,
    ExceptionSource,
    Face,
    HeldQualification,
    HeldSkill,
    Helper,
    HelperState,
    ProviderState,
    Qualification,
    WeeklyHours,
)
from mila.kernel.kept import kept
from mila.kernel.periods import Period
from mila.partners.models import Brand


def is_helper(account: Account) -> bool:
    """Tell whether the account is a helper's."""
    return Helper.objects.filter(account=account).exclude(state=HelperState.LEFT).exists()


def available_now(*, country: str, at: datetime) -> QuerySet[Helper]:
    """Return the country's active helpers who have switched *available now* on, with their providers, by name."""
    ready = Helper.objects.filter(
        state=HelperState.ACTIVE, provider__state=ProviderState.ACTIVE, available_until__gt=at
    )
    return ready.filter(provider__country=country).select_related("provider").order_by("first_name", "pk")


def shown_face(helper_id: UUID) -> Face | None:
    """Return the helper's photo where there is one that clients are shown."""
    return Face.objects.filter(helper=helper_id, taken_down_at=None).first()


def own_face(helper_id: UUID) -> Face | None:
    """Return the helper's photo as the helper and our team see it, taken down or not."""
    return Face.objects.filter(helper=helper_id).first()


def faces_to_look_at(most: int) -> list[Face]:
    """Return photos that clients may see and nobody of our team has looked at yet, the oldest first."""
    rows = Face.objects.filter(looked_at=None, taken_down_at=None).exclude(helper__state=HelperState.LEFT)
    return list(rows.select_related("helper__provider").order_by("consented_at", "pk")[:most])


def skills_of(helper_id: UUID) -> QuerySet[HeldSkill]:
    """Return the helper's skills with their names, the highest level first."""
    return HeldSkill.objects.filter(helper=helper_id).select_related("skill").order_by("-level", "skill")


def hours_of(helper_id: UUID) -> QuerySet[WeeklyHours]:
    """Return the helper's weekly hours in the order of the week."""
    return WeeklyHours.objects.filter(helper=helper_id).order_by("weekday", "starts")


def qualifications_asked(*, brand: Brand, packages: Sequence[Package], on: date) -> frozenset[str]:
    """Return the codes of what the brand asks a helper to have proven for the packages of a call booked on the day."""
    return _qualifications_asked(brand.pk, tuple(package.code for package in packages), on)


@kept
def _qualifications_asked(brand: UUID, packages: tuple[str, ...], on: date) -> frozenset[str]:
    asked = Qualification.objects.filter(
        Q(package=None) | Q(package__in=packages), Q(asked_until=None) | Q(asked_until__gt=on), brand=brand
    )
    return frozenset(asked.filter(asked_from__lte=on).values_list("code", flat=True))


def proven(helper_id: UUID, on: date) -> frozenset[str]:
    """Return the codes of the qualifications that the helper has proven and that hold on the day."""
    held = HeldQualification.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=on), helper=helper_id, withdrawn_at=None, proven_on__lte=on
    )
    return frozenset(held.values_list("qualification", flat=True))


def exceptions_within(helper_id: UUID, span: Period) -> QuerySet[AvailabilityException]:
    """Return what differs from the helper's weekly hours within the span, in order."""
    rows = AvailabilityException.objects.filter(helper=helper_id, starts_at__lt=span.end, ends_at__gt=span.start)
    return rows.order_by("starts_at")


def own_exceptions(helper_id: UUID, at: datetime) -> QuerySet[AvailabilityException]:
    """Return the exceptions and vacations that the helper added and that are not over, in order."""
    rows = AvailabilityException.objects.filter(helper=helper_id, ends_at__gt=at)
    return rows.exclude(source=ExceptionSource.CALENDAR).order_by("starts_at")


def calendars_of(helper_id: UUID) -> QuerySet[CalendarSubscription]:
    """Return the calendars that count as the helper's busy times, the oldest first."""
    return CalendarSubscription.objects.filter(helper=helper_id).order_by("added_at", "pk")


def feed_of(helper_id: UUID) -> CalendarFeed | None:
    """Return the secret address of the helper's own visits, if one was given out."""
    return CalendarFeed.objects.filter(helper=helper_id).first()


def helper_of_feed(key: str) -> Helper | None:
    """Return the helper whose visits the secret address shows; None for one that was revoked, or has left."""
    rows = Helper.objects.exclude(state=HelperState.LEFT).select_related("account")
    return rows.filter(feed__key=key).first()
