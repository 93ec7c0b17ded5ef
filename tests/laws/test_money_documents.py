"""Laws of money: numbers of documents have no gap, whoever writes at the same time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from mila.kernel.ids import new_id
from mila.payments.actions.documents import next_number
from mila.payments.models import DocumentKind, DocumentSeries

WRITERS, EACH = 8, 12


class ChangedMind(Exception):
    pass


@pytest.fixture
def issuer(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[UUID]:
    # Really committed rows: the ledger's guards refuse the truncation that transactional tests end with.
    with django_db_blocker.unblock():
        issuer = new_id()
        yield issuer
        DocumentSeries.objects.filter(issuer=issuer).delete()


def write(issuer: UUID, writer: int) -> list[int]:
    """Write documents, every third of which comes to nothing; return the numbers that stand."""
    numbers = []
    for turn in range(EACH):
        with suppress(ChangedMind), transaction.atomic():
            number = next_number(issuer, DocumentKind.RECEIPT, 2026)
            if (turn + writer) % 3 == 0:
                raise ChangedMind
            numbers.append(number)
    connection.close()
    return numbers


def test_eight_writers_at_once_leave_no_gap(issuer: UUID) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        written = list(pool.map(lambda writer: write(issuer, writer), range(WRITERS)))
    numbers = sorted(number for some in written for number in some)
    assert numbers == list(range(1, WRITERS * EACH * 2 // 3 + 1))
