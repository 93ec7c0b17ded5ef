"""Nights on which calendars and clocks play tricks: the call goes by its own country's."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.countries.abroad import BERLIN, LYON, a_call_in, open_for_business
from tests.factories import a_brand, a_helper, by
from tests.laws.test_dispatch import HELPER
from tests.payments.builders import PRINCIPAL, a_call, a_provider, assigned
from tests.story import a_signed_off_call, bank_runs, clock_runs

from mila.booking.queries import bound_period, current_quote
from mila.countries import queries as countries
from mila.countries.models import DatedValue
from mila.crowd import actions as crowd
from mila.crowd.models import Qualification
from mila.dispatch.queries import call_facts
from mila.dispatch.rules import Job, has_room
from mila.dispatch.windows import FIRST_HOUR, LAST_HOUR, possible_starts
from mila.kernel.occasion import Who
from mila.kernel.periods import Period
from mila.partners import queries as partners
from mila.partners.models import ContractText, Price
from mila.payments import actions as books
from mila.payments import queries as payment
from mila.payments.models import Claim, ClaimState, Document, Payout
from mila.sites.clock.management.commands import jobs
from mila.sites.country import speak_of, zone_of
from mila.sites.customer.draft import window
from mila.sites.templatetags.words import day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("starts_at", "shown"),
    [
        (datetime(2027, 3, 28, 0, 45, tzinfo=UTC), "01:45–03:15"),  # the hour from two to three is missing
        (datetime(2027, 10, 31, 0, 45, tzinfo=UTC), "02:45–02:15"),  # and comes twice
        (datetime(2027, 1, 5, 22, 50, tzinfo=UTC), "23:50–00:20"),
        (datetime(2027, 1, 5, 23, 5, tzinfo=UTC), "00:05–00:35"),
    ],
)
def test_a_visit_lasts_as_long_as_it_lasts_whatever_the_clocks_do(starts_at: datetime, shown: str) -> None:
    open_for_business(BERLIN)
    call = a_call_in(BERLIN, starts_at, starts_at - timedelta(days=3))
    speak_of("DE")
    assert window(starts_at) == shown
    period = bound_period(call, starts_at)
    assert period.end - period.start == timedelta(minutes=call.minutes + call.window_minutes)


@pytest.mark.parametrize("changes_on", [date(2027, 3, 28), date(2027, 10, 31)])
def test_the_hours_offered_are_those_of_the_local_clock_around_a_change(changes_on: date) -> None:
    france = open_for_business(LYON)
    before = datetime(changes_on.year, changes_on.month, changes_on.day, tzinfo=UTC) - timedelta(days=1)
    local = [start.astimezone(zone_of("FR")) for start in possible_starts(countries.zone(france), before)]
    for ahead in range(2):
        hours = [start.hour for start in local if start.date() == changes_on + timedelta(days=ahead)]
        assert hours == list(range(FIRST_HOUR, LAST_HOUR + 1))


def test_the_tax_is_that_of_the_local_day_of_the_visit_at_the_years_end() -> None:
    germany = open_for_business(BERLIN)
    DatedValue.objects.filter(country=germany, key="vat.standard").update(holds=(date(2024, 1, 1), date(2027, 1, 1)))
    DatedValue.objects.create(
        country=germany, key="vat.standard", value=2000, holds=(date(2027, 1, 1), None), source="test"
    )
    old = a_call_in(BERLIN, datetime(2026, 12, 31, 22, 50, tzinfo=UTC))
    new = a_call_in(BERLIN, datetime(2026, 12, 31, 23, 10, tzinfo=UTC))
    for call, served_on, rate in ((old, date(2026, 12, 31), 1900), (new, date(2027, 1, 1), 2000)):
        assert payment.service_day(call, call.booked_at) == served_on
        assert countries.vat_rate("DE", "standard", served_on) == rate


def test_a_booking_after_local_midnight_has_the_prices_of_the_new_day() -> None:
    germany = open_for_business(BERLIN)
    DatedValue.objects.filter(country=germany, key="guarantee_fee").update(holds=(date(2024, 1, 1), date(2027, 1, 1)))
    DatedValue.objects.create(
        country=germany, key="guarantee_fee", value=310, holds=(date(2027, 1, 1), None), source="test"
    )
    visit = datetime(2027, 1, 4, 13, tzinfo=UTC)
    late = a_call_in(BERLIN, visit, datetime(2026, 12, 31, 22, 50, tzinfo=UTC))
    early = a_call_in(BERLIN, visit, datetime(2026, 12, 31, 23, 10, tzinfo=UTC))
    assert [call.quotes.get().total for call in (late, early)] == [7690, 7710]


def test_a_day_is_the_local_one() -> None:
    speak_of("FR")
    assert "1" in day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert countries.day_in(open_for_business(LYON), datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 23, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2027, 7, 31, 22, 0, tzinfo=UTC), date(2027, 8, 1)),
    ],
)
def test_prices_and_contracts_are_those_of_the_local_day_of_the_booking(at: datetime, day: date) -> None:
    open_for_business(BERLIN)
    call = a_call_in(BERLIN, at + timedelta(days=3), at)
    assert countries.day_in(call.country, call.booked_at) == day
    contract = ContractText.objects.create(brand=call.brand, version=99, holds_from=day, title={}, body={})
    assert call_facts(call).contract == contract.id
    ContractText.objects.filter(pk=contract.pk).update(holds_from=day + timedelta(days=1))
    assert call_facts(call).contract != contract.id


def test_the_commission_of_a_booking_after_midnight_is_taxed_by_the_new_year() -> None:
    germany = open_for_business(BERLIN)
    DatedValue.objects.filter(country=germany, key="vat.standard").update(holds=(date(2027, 1, 1), None))
    quote = current_quote(a_call_in(BERLIN, at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC)))
    assert payment.pay_of(quote) > 0


@pytest.mark.parametrize(
    ("at", "countries_open"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), []),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), ["DE"]),  # it is the new year in Berlin, not yet in Greenwich
    ],
)
def test_a_country_opens_at_its_own_midnight(at: datetime, countries_open: list[str]) -> None:
    open_for_business(BERLIN)
    Price.objects.filter(country_id="DE").update(holds=(date(2027, 1, 1), None))
    assert [country.code for country in partners.countries_sold_in(brand=a_brand(), at=at)] == countries_open


def test_numbers_of_documents_begin_anew_with_the_local_year() -> None:
    for issued_at in (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), datetime(2026, 12, 31, 23, 0, tzinfo=UTC)):
        call = a_call(PRINCIPAL)
        assigned(call, a_provider())
        books.book_sign_off(call, by(Who.CUSTOMER, issued_at))
        books.write_documents(call, by(Who.CUSTOMER, issued_at))
    written = Document.objects.filter(kind="receipt").order_by("issued_at")
    assert [(one.year, one.number) for one in written] == [(2026, 1), (2027, 1)]


@pytest.mark.parametrize(
    ("at", "run_on"),
    [
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), None),  # half past midnight in Zürich: the night is the bank's
        (datetime(2027, 1, 1, 5, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2027, 3, 28, 3, 59, tzinfo=UTC), None),
        (datetime(2027, 3, 28, 4, 0, tzinfo=UTC), date(2027, 3, 28)),  # the clocks went forward
        (datetime(2027, 10, 31, 4, 59, tzinfo=UTC), None),
        (datetime(2027, 10, 31, 5, 0, tzinfo=UTC), date(2027, 10, 31)),  # and back
    ],
)
def test_pay_out_is_at_six_by_the_local_clock(at: datetime, run_on: date | None) -> None:
    call = a_signed_off_call(a_helper())
    bank_runs(call.since + timedelta(hours=1))
    clock_runs(call.since + timedelta(days=4))
    assert Claim.objects.get().state == ClaimState.RELEASED
    jobs.pay_out(at)
    assert [one.run_on for one in Payout.objects.all()] == ([run_on] if run_on else [])


def test_a_daily_cap_counts_local_days() -> None:
    """A job at ten to midnight and one after midnight are of two days."""
    late, early = datetime(2027, 1, 5, 22, 50, tzinfo=UTC), datetime(2027, 1, 5, 23, 5, tzinfo=UTC)
    helper = replace(HELPER, zone=ZoneInfo("Europe/Zurich"), daily_cap=1, jobs=(Job(an_hour(late), HELPER.home),))
    assert not has_room(helper, an_hour(late - timedelta(hours=3)))
    assert has_room(helper, an_hour(early))


def test_a_proof_of_today_is_of_the_local_day() -> None:
    helper, at = a_helper(), datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    asked = Qualification.objects.create(code="ladder", brand=a_brand(), name={}, asked_from=date(2020, 1, 1))
    given = crowd.Proof(asked, date(2027, 1, 1), None, "")
    assert crowd.record_proof(helper=helper, proof=given, now=by(Who.DESK, at)).proven_on == date(2027, 1, 1)


def an_hour(start: datetime) -> Period:
    return Period(start, start + timedelta(hours=1))
