"""Races need real commits: after each, the tables are emptied, which the guards of the rows would refuse."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from mila.dispatch.models import Weights
from mila.dispatch.points import WeightValues


@pytest.fixture(autouse=True)
def rows_may_be_swept_away(transactional_db: None) -> Iterator[None]:
    _first_weights()
    yield
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")


@pytest.fixture(autouse=True, scope="module")
def what_migrations_wrote_is_put_back(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        _first_weights()


def _first_weights() -> None:
    values = asdict(WeightValues())
    defaults = {"values": values, "holds_from": datetime(2024, 1, 1, tzinfo=UTC)}
    Weights.objects.get_or_create(version=1, defaults=defaults)
