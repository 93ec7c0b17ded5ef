"""The demonstration: filled twice it is the same, and every promise it makes on the pages can be kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from mila.crowd.models import Helper
from mila.simulation.demo import fill

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # a Sunday

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_filling_twice_changes_nothing_but_who_is_available() -> None:
    fill(AT)
    once = counts()
    fill(AT + timedelta(hours=3))
    assert counts() == once
    ends = set(Helper.objects.exclude(available_until=None).values_list("available_until", flat=True))
    assert ends == {AT + timedelta(hours=15)}
