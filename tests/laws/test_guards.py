"""What is written once stays: the database refuses to change or delete it, whoever asks."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.factories import a_helper
from tests.story import a_signed_off_call, bank_runs

pytestmark = pytest.mark.django_db

WRITTEN_ONCE = {
    "booking_diaryentry": "number = number + 1000",
    "booking_quote": "total = total + 1",
    "booking_quoteline": "amount = amount + 1",
    "visit_signoff": "method = 'silence'",
    "payments_posting": "event = 'another'",
    "payments_entry": "amount = amount * 2",
    "payments_document": "total = total + 1",
}


@pytest.fixture
def everything_is_written() -> None:
    call = a_signed_off_call(a_helper())
    bank_runs(call.since + timedelta(minutes=1))
    connection.cursor().execute("set constraints all immediate")  # as at the end of a transaction


def rows_in(table: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {table} order by id")  # noqa: S608 - names of the list above
        return list(cursor.fetchall())


@pytest.mark.usefixtures("everything_is_written")
@pytest.mark.parametrize("table", WRITTEN_ONCE)
def test_what_is_written_once_is_never_changed_or_deleted(table: str) -> None:
    before = rows_in(table)
    assert before
    for statement in (f"update {table} set {WRITTEN_ONCE[table]}", f"delete from {table}", f"truncate {table} cascade"):  # noqa: S608
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            connection.cursor().execute(statement)
    assert rows_in(table) == before
