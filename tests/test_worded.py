"""A question is put into words once; its answers are those of the ORM, read anew each time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from tests.factories import NOON, a_requested_call

from mila.booking.models import DiaryEntry, Quote, Search, SearchState, ServiceCall, Stage
from mila.worded import NotInItsWords, lay, lies_on, worded

asked: list[str] = []


@worded
def calls_of_key(key: str) -> QuerySet[ServiceCall]:
    asked.append("calls_of_key")
    running = Search.objects.filter(call=OuterRef("pk"), state=SearchState.RUNNING)
    rows = ServiceCall.objects.select_related("brand", "address__country", "preferred_helper")
    return rows.annotate(searches_run=Exists(running)).filter(status_key=key)


@worded
def steps_of(call: UUID, since: datetime, number: int) -> QuerySet[DiaryEntry, tuple[str, str]]:
    rows = DiaryEntry.objects.filter(call=call, at__gte=since, number__gte=number)
    return rows.order_by("number").values_list("step", "stage")


@worded
def quotes_of(call: UUID) -> QuerySet[Quote]:
    return Quote.objects.filter(call=call).order_by("version")


@worded
def open_calls(stage: str) -> QuerySet[ServiceCall, UUID]:
    return ServiceCall.objects.filter(stage=stage, due_at__lt=datetime(2100, 1, 1, tzinfo=UTC)).values_list(
        "pk", flat=True
    )


@worded
def calls_among(calls: list[UUID]) -> QuerySet[DiaryEntry, UUID]:
    return DiaryEntry.objects.filter(call__pk__among=calls, number=1).order_by("at").values_list("call", flat=True)


@worded
def newest_found_first(stage: str) -> QuerySet[ServiceCall]:
    found = ServiceCall.objects.filter(stage=stage).order_by("-pk").values("pk")[:1]
    return ServiceCall.objects.select_related("brand").filter(pk__among=ArraySubquery(found))


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    asked.clear()


@pytest.mark.django_db
def test_rows_come_with_what_is_selected_beside_them(django_assert_num_queries: object) -> None:
    call = a_requested_call(NOON)
    with django_assert_num_queries(1):  # type: ignore[operator]
        (found,) = calls_of_key(call.status_key)
        beside = (found.brand.slug, found.address.country.pk, found.preferred_helper)
    assert found == call
    assert beside == (call.brand.slug, "CH", None)
    assert found.searches_run is True  # type: ignore[attr-defined]
    assert [getattr(found, one.attname) for one in call._meta.concrete_fields] == [
        getattr(ServiceCall.objects.get(pk=call.pk), one.attname) for one in call._meta.concrete_fields
    ]


@pytest.mark.django_db
def test_it_is_put_into_words_once_and_answered_anew() -> None:
    call, other = a_requested_call(NOON), a_requested_call(NOON + timedelta(minutes=1))
    calls_of_key(call.status_key)
    asked.clear()
    assert [calls_of_key(key) for key in (other.status_key, "nobody")] == [[other], []]
    ServiceCall.objects.filter(pk=call.pk).update(notes="third door")
    assert calls_of_key(call.status_key)[0].notes == "third door"
    assert asked == []


@pytest.mark.django_db
def test_tuples_and_single_values_are_read() -> None:
    call = a_requested_call(NOON)
    expected = list(call.diary.filter(number__gte=2).order_by("number").values_list("step", "stage"))
    assert steps_of(call.pk, NOON, 2) == expected
    assert steps_of(call.pk, NOON + timedelta(days=1), 1) == []
    assert open_calls(Stage.CLOSED) == []


@pytest.mark.django_db
def test_a_list_is_one_thing_given_however_long_it_is() -> None:
    calls = [a_requested_call(NOON + timedelta(minutes=minute)).pk for minute in range(3)]
    for length in (1, 3, 0):
        assert calls_among(calls[:length]) == calls[:length]


@pytest.mark.django_db
def test_what_was_found_lies_on_its_row_until_it_is_read_anew(django_assert_num_queries: object) -> None:
    call = ServiceCall.objects.get(pk=a_requested_call(NOON).pk)
    assert not lies_on(call, "quotes")
    lay(call, "quotes", quotes_of(call.pk))
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert [one.call is call for one in call.quotes.all()] == [True]
    assert call.quotes.filter(version=99).count() == 0
    call.refresh_from_db()
    assert not lies_on(call, "quotes")


@pytest.mark.django_db
def test_what_would_change_the_words_is_refused() -> None:
    @worded
    def lowered(name: str) -> QuerySet[ServiceCall]:
        return ServiceCall.objects.filter(notes__icontains=name)

    @worded
    def fetched_after(key: str) -> QuerySet[ServiceCall]:
        return ServiceCall.objects.filter(status_key=key).prefetch_related("quotes")

    with pytest.raises(NotInItsWords):
        lowered("door")
    with pytest.raises(NotInItsWords):
        fetched_after("key")
    with pytest.raises(NotInItsWords):
        calls_of_key(None)  # type: ignore[arg-type]
    with pytest.raises(NotInItsWords):
        calls_of_key(key="named")


@pytest.mark.django_db
def test_what_is_found_first_is_all_that_is_read() -> None:
    _older, newer = a_requested_call(), a_requested_call()
    assert newest_found_first(Stage.REQUESTED.value) == [newer]
    assert newest_found_first(Stage.CLOSED.value) == []
