"""Helpers with a phone in the hand; the times are those of today, since the doors read the clock."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from tests.factories import a_helper

from mila.crowd.models import Helper
from mila.sites.now import now


@pytest.fixture
def luca() -> Helper:
    return a_helper("Luca")


@pytest.fixture
def phone(luca: Helper) -> Client:
    return a_phone(luca)


def a_phone(helper: Helper) -> Client:
    client = Client()
    client.force_login(helper.account)
    return client


def in_three_days() -> datetime:
    """Return an afternoon that lies in everybody's weekly hours."""
    return datetime.combine(now().date() + timedelta(days=3), time(13), UTC)
