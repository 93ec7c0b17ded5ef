"""The gazetteer's rows: filling them, and asking where something lies."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from mila.countries.gazetteer import actions, queries, seed
from mila.countries.gazetteer.rules import Spot
from mila.countries.models import Locality

pytestmark = pytest.mark.django_db

BERN = "CH\t3011\tBern\tKanton Bern\tBE\tBern-Mittelland\t246\tBern\t351\t46.948\t7.4458\t6\n"
PARTS = ("12", "30", "69", "80", "84", "90")  # Genève, Bern, Lugano, Zürich, Winterthur, St. Gallen


@pytest.fixture
def switzerland() -> None:
    few = [spot for spot in seed.spots("CH") if spot.postcode[:2] in PARTS]
    actions.take_over(few, country="CH", source=seed.SOURCE)


def named(*, text: str) -> list[tuple[str, str]]:
    return [(row.postcode, row.name) for row in queries.suggest(country="CH", text=text)]


def test_loading_twice_changes_nothing() -> None:
    whole = len(list(seed.spots("CH")))
    assert [actions.load(country="CH"), actions.load(country="CH")] == [whole, whole]
    assert Locality.objects.count() == whole


def test_a_town_is_placed_and_spelled_correctly(switzerland: None) -> None:
    found = queries.place(country="CH", postcode="8001", town="zuerich")
    assert found is not None
    assert (found.town, found.region) == ("Zürich", "ZH")
    assert (found.latitude, found.longitude) == pytest.approx((47.37, 8.54), abs=0.02)


def test_two_towns_of_one_postcode_have_their_own_places(switzerland: None) -> None:
    lugano = queries.place(country="CH", postcode="6900", town="Lugano")
    massagno = queries.place(country="CH", postcode="6900", town="Massagno")
    assert lugano is not None
    assert massagno is not None
    assert lugano.point != massagno.point


def test_a_postcode_alone_is_placed_with_all_its_towns_inside(switzerland: None) -> None:
    whole = queries.place(country="CH", postcode="6900", town="")
    assert whole
    assert whole.accuracy_m > 4000


@pytest.mark.parametrize(("postcode", "town"), [("8001", "Bern"), ("9999", "Zürich"), ("", "Zürich")])
def test_a_town_of_another_postcode_is_not_guessed(switzerland: None, postcode: str, town: str) -> None:
    assert queries.place(country="CH", postcode=postcode, town=town) is None


def test_a_postcode_with_a_wrong_town_suggests_both(switzerland: None) -> None:
    suggested = named(text="8001 Bern")
    assert suggested[0] == ("8001", "Zürich")
    assert "Bern" in {name for _, name in suggested}


@pytest.mark.parametrize(
    ("text", "first"),
    [("300", "Bern"), ("Zuer", "Zürich"), ("winterth", "Winterthur"), ("st gal", "St. Gallen"), ("Genf", "Genève")],
)
def test_what_was_typed_so_far_is_completed(switzerland: None, text: str, first: str) -> None:
    assert named(text=text)[0][1] == first


@pytest.mark.parametrize("text", ["", "   ", "%", "(", "\\", "'; --", "\x00", "x" * 5000, "9" * 5000])
def test_odd_texts_suggest_nothing(switzerland: None, text: str) -> None:
    assert named(text=text) == []


def test_suggestions_are_few_and_cost_two_questions(
    switzerland: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(2):
        assert len(queries.suggest(country="CH", text="8 z", limit=5)) <= 5


def test_an_official_file_takes_the_place_of_the_shipped_rows(tmp_path: Path) -> None:
    actions.take_over([Spot("3011", "Berne", "BE", 46.9, 7.4, 9000)], country="CH", source="old.txt")
    file = tmp_path / "CH.txt"
    file.write_text(BERN)
    call_command("import_postcodes", "CH", str(file), verbosity=0)
    row = Locality.objects.get()
    assert (row.name, row.accuracy_m, row.source) == ("Bern", 2500, "CH.txt")
    assert actions.load(country="CH") == 0


def test_a_file_that_forgets_most_postcodes_changes_nothing(switzerland: None, tmp_path: Path) -> None:
    file = tmp_path / "CH.txt"
    file.write_text(BERN)
    with pytest.raises(CommandError, match="less than half"):
        call_command("import_postcodes", "CH", str(file))
    assert Locality.objects.filter(source=seed.SOURCE).count() > 300


def test_an_unreadable_file_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("import_postcodes", "CH", str(tmp_path / "nowhere.txt"))
    assert not Locality.objects.exists()
