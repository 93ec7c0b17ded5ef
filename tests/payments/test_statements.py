"""Monthly statements of helpers where the clock is changed, and where the year ends: every job in one month, once."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.payments.builders import AGENCY, a_call, a_provider, assigned, at

from mila.crowd.models import Provider
from mila.payments import actions, queries
from mila.payments.models import Claim

pytestmark = pytest.mark.django_db
ZURICH = ZoneInfo("Europe/Zurich")


@pytest.fixture
def provider() -> Provider:
    return a_provider()


def earned(provider: Provider, *moments: datetime) -> None:
    """Book a job signed off at each of the moments."""
    for moment in moments:
        call = a_call(AGENCY)
        assigned(call, provider)
        actions.book_sign_off(call, at(moment))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def jobs(provider: Provider) -> dict[date, int]:
    return {row["month"]: row["jobs"] for row in queries.months_of(provider, ZURICH)}


@pytest.mark.parametrize(
    ("last", "first", "month", "following"),
    [
        (utc(2026, 3, 31, 21, 59, 59), utc(2026, 3, 31, 22), date(2026, 3, 1), date(2026, 4, 1)),  # summer time begins
        (utc(2026, 10, 31, 22, 59, 59), utc(2026, 10, 31, 23), date(2026, 10, 1), date(2026, 11, 1)),  # and ends
        (utc(2026, 12, 31, 22, 59, 59), utc(2026, 12, 31, 23), date(2026, 12, 1), date(2027, 1, 1)),
        (utc(2027, 1, 31, 22, 59, 59), utc(2027, 1, 31, 23), date(2027, 1, 1), date(2027, 2, 1)),  # a short month next
    ],
)
def test_a_month_ends_at_local_midnight(
    provider: Provider, last: datetime, first: datetime, month: date, following: date
) -> None:
    earned(provider, last, first)
    assert jobs(provider) == {month: 1, following: 1}
    for shown, moment in ((month, last), (following, first)):
        (claim,) = queries.claims_of_month(provider, shown, ZURICH)
        assert claim.earned_at == moment


def test_the_hour_that_comes_twice_counts_twice_and_the_one_that_never_comes_breaks_nothing(provider: Provider) -> None:
    earned(provider, utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30))  # 2:30 in Zürich, and 2:30 once more
    earned(provider, utc(2026, 3, 29, 0, 59, 59), utc(2026, 3, 29, 1))  # 1:59:59, and 3:00 a second later
    assert jobs(provider) == {date(2026, 10, 1): 2, date(2026, 3, 1): 2}


def test_the_months_add_up_to_what_is_owed(provider: Provider) -> None:
    earned(provider, *(utc(2026, month, 27, 23, 30) for month in range(1, 13)), utc(2026, 12, 31, 23, 30))
    months = queries.months_of(provider, ZURICH)
    assert [row["month"].year for row in months] == [2027] + 12 * [2026]
    claims = [queries.claims_of_month(provider, row["month"], ZURICH) for row in months]
    assert sum(len(found) for found in claims) == Claim.objects.count() == 13
    assert sum(row["net"] for row in months) == sum(claim.amount for claim in Claim.objects.all())
