"""What a process holds of the crowd is what the database says: changed, new, gone, late, undone, in whatever order."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from uuid import UUID

import pytest
from django.db import connection, transaction
from tests.factories import NOON, a_helper, a_requested_call, by
from tests.races.start import at_once

from mila.booking.models import Search
from mila.catalog.models import PackageSkill, Skill
from mila.crowd.models import HeldSkill, Helper
from mila.dispatch.actions.ranking import rank
from mila.dispatch.decided import columns, decide, held
from mila.dispatch.decided.held import Held
from mila.dispatch.models import HelperRow
from mila.kernel.occasion import Who
from mila.sites import ahead

DAY = timedelta(days=1)
CLOCK = by(Who.CLOCK, NOON)


@pytest.fixture
def search() -> Search:
    for number in range(5):
        a_helper(f"H{number}", level=3 + number % 2)
    found = a_requested_call().searches.get()
    decided(found)
    return found


def decided(search: Search) -> list[UUID]:
    """Return the order, which is the one by the rules."""
    found = [one.helper_id for one in decide(search, CLOCK)]
    assert found == [one.facts.id for one in rank(search, CLOCK) if one.place]
    return found


def the_held() -> Held:
    found = held.known()
    assert found is not None
    return found


@contextmanager
def elsewhere(act: Callable[[], object]) -> Iterator[None]:
    """Do something in another transaction that stays open for the block."""
    done, over = Event(), Event()

    def run() -> None:
        try:
            with transaction.atomic():
                act()
                done.set()
                over.wait(timeout=20)
        finally:
            done.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        ran = pool.submit(run)
        done.wait(timeout=20)
        try:
            yield
        finally:
            over.set()
            ran.result()


def test_who_changes_comes_or_goes_is_seen_without_reading_the_others_again(search: Search) -> None:
    base = the_held().base
    first = decided(search)[0]
    HeldSkill.objects.filter(helper=first).update(level=1)
    assert first not in decided(search)
    HeldSkill.objects.filter(helper=first).update(level=5)
    assert decided(search)[0] == first
    new = a_helper("New", level=5)
    assert new.pk in decided(search)
    Helper.objects.filter(pk=new.pk).update(latitude=47.4)
    assert new.pk not in decided(search)
    HelperRow.objects.filter(pk=first).delete()
    assert first not in [one.helper_id for one in decide(search, CLOCK)]
    assert the_held().base is base


def test_who_commits_late_after_a_younger_one_is_seen(search: Search) -> None:
    first, second, *_ = decided(search)

    def slow() -> None:
        HeldSkill.objects.filter(helper=first).update(level=1)

    with elsewhere(slow):
        HeldSkill.objects.filter(helper=second).update(level=1)
        found = decided(search)
        assert first in found
        assert second not in found
    found = decided(search)
    assert first not in found
    assert second not in found


def test_what_is_undone_does_not_stay(search: Search) -> None:
    before = decided(search)
    kept = the_held()
    with transaction.atomic():
        HeldSkill.objects.filter(helper=before[0]).update(level=1)
        assert before[0] not in decided(search)
        transaction.set_rollback(True)
    assert the_held() is kept
    assert decided(search) == before


def test_what_a_savepoint_undoes_does_not_stay(search: Search) -> None:
    before = decided(search)
    with transaction.atomic():
        point = transaction.savepoint()
        HeldSkill.objects.filter(helper=before[0]).update(level=1)
        assert before[0] not in decided(search)
        transaction.savepoint_rollback(point)
        assert decided(search) == before
    assert decided(search) == before


def test_what_the_own_transaction_hid_of_another_is_not_lost(search: Search) -> None:
    first = decided(search)[0]
    HeldSkill.objects.filter(helper=first).update(level=1)
    with transaction.atomic():
        HeldSkill.objects.filter(helper=first).update(level=5)
        assert first in decided(search)
        transaction.set_rollback(True)
    assert first not in decided(search)


def test_another_table_under_the_name_is_read_anew(search: Search) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("truncate dispatch_helperrow")
        assert list(decide(search, CLOCK)) == []
        transaction.set_rollback(True)
    assert decided(search)


def test_many_changes_are_put_among_the_others(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MERGED", 2)
    base = the_held().base
    for helper in Helper.objects.all():
        HeldSkill.objects.filter(helper=helper).update(level=4)
    decided(search)
    assert the_held().base is not base
    assert len(the_held().fresh) == 0
    HeldSkill.objects.filter(helper=decided(search)[-1]).update(level=5)
    decided(search)


def test_after_a_great_many_everybody_is_read_again(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "READ_ANEW", 1)
    HeldSkill.objects.update(level=4)
    decided(search)
    assert len(the_held().fresh) == 0


def test_what_is_overgrown_is_left(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "SLACK", 0)
    helper, words = Helper.objects.earliest("pk"), the_held().words
    for day in range(12):
        helper.exceptions.create(kind="busy", starts_at=NOON + day * DAY, ends_at=NOON + day * DAY + DAY / 24)
        decided(search)
    assert the_held().words is not words


def test_a_skill_nobody_held_before_finds_room(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    helper = a_helper("New")
    for number in range(20):
        HeldSkill.objects.create(helper=helper, skill_id=a_skill(f"skill-{number}"), level=1)
    assert helper.pk in decided(search)
    HeldSkill.objects.filter(helper=helper, skill="wifi").update(level=1)
    assert helper.pk not in decided(search)


def test_several_at_once_decide_the_same(search: Search) -> None:
    others = [Search.objects.get(pk=search.pk) for _ in range(4)]

    def one(own: Search, round_: int) -> Callable[[], list[UUID]]:
        own.rounds = 10 * round_
        return lambda: [each.helper_id for each in decide(own, CLOCK)]

    HeldSkill.objects.filter(helper=decided(search)[0]).update(level=5)
    found = at_once(*(one(own, number) for number, own in enumerate(others, 1)))
    assert found == [decided(search)] * 4


def a_skill(code: str) -> str:
    return Skill.objects.create(code=code, name={"en": code}).pk


def test_what_was_read_ahead_is_what_the_first_decision_takes(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_held", {})
    ahead.begin().join(timeout=20)
    read = the_held()
    late = a_helper("Late", level=5)
    assert late.id in decided(search)
    assert the_held().base is read.base, "nobody was read again but who came late"


def test_what_is_offered_holds_from_the_moment_it_is_written(search: Search) -> None:
    everybody = decided(search)
    assert the_held().offered
    PackageSkill.objects.update(level=5)
    assert decided(search) == []
    PackageSkill.objects.update(level=4)
    assert set() < set(decided(search)) < set(everybody)
