"""Races need real commits: after each, the rows are taken out, which their guards would refuse."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from mila.dispatch.models import Weights
from mila.dispatch.points import WeightValues

OF_DJANGO = {"contenttypes", "auth"}  # what it writes when it migrates


@pytest.fixture(autouse=True)
def what_is_committed_is_taken_out(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Do as `transactional_db` does, which truncates a hundred empty tables, in seconds, for the few that have rows."""
    with django_db_blocker.unblock():
        _first_weights()
        yield
        _take_everything_out()


@pytest.fixture(autouse=True, scope="module")
def what_migrations_wrote_is_put_back(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        _first_weights()


def _take_everything_out() -> None:
    # What decisions keep of helpers in memory is valid for as long as their table is the same file.
    emptied = "truncate dispatch_helperrow;"
    models = [
        one
        for one in apps.get_models(include_auto_created=True)
        if one._meta.app_label not in OF_DJANGO and one._meta.managed
    ]
    emptied += " ".join(f'delete from "{one._meta.db_table}";' for one in models)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(f"do $$ begin {emptied} end $$")
    connection.close()  # and with it its role


def _first_weights() -> None:
    values = asdict(WeightValues())
    defaults = {"values": values, "holds_from": datetime(2024, 1, 1, tzinfo=UTC)}
    Weights.objects.get_or_create(version=1, defaults=defaults)
