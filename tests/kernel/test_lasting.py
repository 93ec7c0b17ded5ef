"""What lasts is set apart from what is looked through for garbage."""

import gc
from collections.abc import Iterator

import pytest

from mila.kernel.lasting import COLLECTIONS, settle


class Thing:
    """Something that the collector looks at."""


@pytest.fixture(autouse=True)
def nothing_stays_set_apart() -> Iterator[None]:
    before = list(gc.callbacks)
    yield
    gc.callbacks[:] = before
    gc.unfreeze()


def looked_at(thing: Thing) -> bool:
    return any(one is thing for one in gc.get_objects())


def test_what_is_there_at_the_start_is_set_apart() -> None:
    thing = Thing()

    settle()

    assert not looked_at(thing)


def test_what_comes_with_the_first_visitors_is_set_apart_by_a_full_collection() -> None:
    settle()
    thing = Thing()

    gc.collect(1)
    assert looked_at(thing)
    gc.collect()
    assert not looked_at(thing)


def test_after_some_collections_everything_is_looked_at_as_ever() -> None:
    settle()
    for _ in range(COLLECTIONS):
        gc.collect()
    thing = Thing()

    gc.collect()

    assert looked_at(thing)
