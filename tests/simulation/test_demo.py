"""The demonstration: filled twice it is the same, and every promise it makes on the pages can be kept."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction

from mila.booking.actions import AddressGiven, BookingGiven, PersonGiven, TimeGiven, price_other_tier
from mila.booking.models import ServiceCall, TimeWish
from mila.catalog.models import Package
from mila.countries import queries as countries
from mila.countries.gazetteer import queries as gazetteer
from mila.countries.models import Country
from mila.crowd.models import Helper
from mila.dispatch.actions.ranking import Ranked, rank
from mila.dispatch.arrivals import arrival_error
from mila.journey import actions as journey
from mila.journey import machine
from mila.kernel.occasion import Occasion, Who
from mila.kernel.texts import LANGUAGES
from mila.partners.models import Brand, Price, Tier
from mila.payments.models import Means, MeansState
from mila.quality.queries import stars
from mila.simulation.demo import fill
from mila.simulation.people import LUCA, SARA

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # a Sunday
HOME = ("CH",)  # the others are filled in tests/countries
TUESDAY = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # 14:00 in Zürich

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Fill the country once, and take it back after the last test; each test's own rows are taken back to here."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill(AT, HOME)
        yield
        transaction.set_rollback(True)


def test_filling_twice_changes_nothing_but_who_is_available() -> None:
    once = counts()
    fill(AT + timedelta(hours=3), HOME)
    assert counts() == once
    ends = set(Helper.objects.exclude(available_until=None).values_list("available_until", flat=True))
    assert ends == {AT + timedelta(hours=15)}


def test_every_package_speaks_four_languages_and_explains_and_tidies_up() -> None:
    packages = list(Package.objects.prefetch_related("needs"))
    assert len(packages) == 16
    for package in packages:
        steps = [step["text"] for step in package.steps]
        for texts in (package.name, package.summary, *package.contents, *package.not_included, *package.tools, *steps):
            assert set(texts) == set(LANGUAGES), package.code
            assert all(texts.values()), package.code
            assert "ß" not in texts["de"], package.code
        codes = [step["code"] for step in package.steps]
        assert len(codes) == len(set(codes)), package.code
        assert codes[-2:] == ["tutorial", "tidy_up"]
        assert [step["code"] for step in package.steps if step["tutorial"]] == ["tutorial"]
        assert package.needs.exists()


def test_every_price_names_a_tax_that_exists_and_leaves_the_operator_something() -> None:
    prices = list(Price.objects.select_related("country"))
    assert {price.package_id for price in prices} == set(Package.objects.values_list("code", flat=True))
    for price in prices:
        rate = countries.vat_rate(price.country_id, price.vat_code, AT.date())
        net = price.amount * 10_000 // (10_000 + rate)
        assert 0 < (price.provider_pay or 1) < net


def test_every_brand_is_legible() -> None:
    for brand in Brand.objects.all():
        assert contrast(brand.colour, brand.ink) >= 4.5, brand.slug
        assert brand.logo_svg or brand.is_own


def test_the_crowd_is_spread_over_the_country_in_both_tiers() -> None:
    helpers = Helper.objects.all()
    assert helpers.count() == 302
    assert 0.6 < helpers.filter(provider__tier=Tier.FRIEND).count() / helpers.count() < 0.8
    assert {"de", "fr", "it"} <= set(helpers.values_list("account__language", flat=True))
    assert helpers.filter(provider__payout_account="").count() == 0


def test_stars_come_from_visits_that_took_place() -> None:
    luca = Helper.objects.get(account__email=LUCA.email)
    assert stars(luca.id).count == luca.assignments.filter(state="kept").count() == 24
    assert round(stars(luca.id).average or 0, 1) == 4.8


def test_in_the_middle_of_zurich_luca_is_asked_first() -> None:
    for packages in (("wifi-at-home",), ("tv-setup",), ("computer-setup", "printer-setup")):
        for language in LANGUAGES:
            ranked = ranking_of("mila", packages, language)
            assert ranked[0].facts.id == helper_of(LUCA.email), explained(ranked)
            assert ranked[0].place == 1
            assert len([one for one in ranked if one.place]) > 1, "nobody could replace Luca"


def test_what_pros_alone_may_do_on_our_own_site_is_offered_to_sara() -> None:
    for brand, also_to_friends in (("mila", False), ("conrad", True)):
        ranked = ranking_of(brand, ("door-camera",), "de")
        eligible = {one.facts.id for one in ranked if one.place}
        assert helper_of(SARA.email) in eligible, explained(ranked)
        assert (helper_of(LUCA.email) in eligible) == also_to_friends


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def helper_of(email: str) -> object:
    return Helper.objects.get(account__email=email).id


def explained(ranked: Sequence[Ranked]) -> str:
    return "\n".join(f"{one.place} {one.points} {one.filters}" for one in ranked[:3])


def ranking_of(brand: str, packages: tuple[str, ...], language: str) -> Sequence[Ranked]:
    call = a_call_in_zurich(brand, packages, language)
    Means.objects.create(
        call=call, state=MeansState.SAVED, reference="pm_test", label="Test 4242", asked_at=AT, saved_at=AT
    )
    by_bank = Occasion(by=Who.BANK, at=AT)
    with transaction.atomic():
        call = machine.take("secure", call=machine.lock(call.id), now=by_bank)
    return rank(call.searches.get(), Occasion(by=Who.CLOCK, at=AT))


def a_call_in_zurich(brand: str, packages: tuple[str, ...], language: str) -> ServiceCall:
    place = gazetteer.place(country="CH", postcode="8001", town="Zürich")
    assert place is not None
    given = BookingGiven(
        submission_key=str(uuid4()),
        brand=Brand.objects.get(slug=brand),
        country=Country.objects.get(code="CH"),
        packages=packages,
        booker=PersonGiven("Anna Muster", "anna@customers.example", "+41791234567", language),
        address=AddressGiven(
            "Rennweg", "1", "8001", place.town, place.region, place.latitude, place.longitude, place.accuracy_m
        ),
        time=TimeGiven(TimeWish.SLOT, (TUESDAY,), 30),
    )
    return journey.book(given=given, now=Occasion(by=Who.CUSTOMER, at=AT))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_arrivals_promised_as_soon_as_possible_were_measured() -> None:
    error = arrival_error(since=AT - timedelta(days=90))
    assert error is not None
    assert error.calls >= 5
    assert error.median <= error.p90 < 30


def test_where_no_friend_comes_forward_a_pro_has_a_price_of_its_own() -> None:
    brand, switzerland = Brand.objects.get(slug="mila"), Country.objects.get(pk="CH")
    instead = price_other_tier(brand=brand, country=switzerland, packages=("computer-clean-up",), on=TUESDAY.date())
    first = Price.objects.get(brand=brand, country="CH", package="computer-clean-up")
    assert (first.tiers, instead.tiers) == ([Tier.FRIEND], (Tier.PRO,))
    assert instead.total > first.amount
