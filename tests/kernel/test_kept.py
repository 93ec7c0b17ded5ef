"""What seldom changes is asked once in a while, by processes that want it so."""

import time
from collections.abc import Iterator

import pytest
from tests.factories import a_brand

from mila.kernel.kept import keep_for, kept
from mila.partners import queries as partners


@pytest.fixture(autouse=True)
def keeping() -> Iterator[None]:
    keep_for(30)
    yield
    keep_for(0)


def counter() -> tuple[list[str], object]:
    asked: list[str] = []

    @kept
    def question(name: str, *, loud: str = "") -> str | None:
        asked.append(name + loud)
        return None if name == "nobody" else name

    return asked, question


@pytest.mark.parametrize("name", ["Luca", "nobody"])
def test_an_answer_is_kept_also_that_there_is_none(name: str) -> None:
    asked, question = counter()
    assert question(name) == question(name)  # type: ignore[operator]
    assert asked == [name]


def test_each_question_has_its_own_answer() -> None:
    asked, question = counter()
    question("a"), question("a", loud="!"), question("b")  # type: ignore[operator]
    assert asked == ["a", "a!", "b"]


def test_it_passes_away() -> None:
    keep_for(0.05)
    asked, question = counter()
    question("a")  # type: ignore[operator]
    time.sleep(0.1)
    question("a")  # type: ignore[operator]
    assert asked == ["a", "a"]


def test_nothing_is_kept_unless_a_process_wants_it() -> None:
    keep_for(0)
    asked, question = counter()
    question("a"), question("a")  # type: ignore[operator]
    assert asked == ["a", "a"]


@pytest.mark.django_db
def test_a_brand_is_read_once_and_a_change_shows_when_the_time_is_over(django_assert_num_queries: object) -> None:
    brand = a_brand()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert partners.brand_of_slug(brand.slug) == partners.brand_of_slug(brand.slug) == brand
    type(brand).objects.filter(pk=brand.pk).update(is_open=False)
    assert partners.brand_of_slug(brand.slug) is not None
    keep_for(30)
    assert partners.brand_of_slug(brand.slug) is None
