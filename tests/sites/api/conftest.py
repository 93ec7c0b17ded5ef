"""A program with a key of Mila's own brand, and the same bookable place that a visitor has."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import set_script_prefix
from tests.factories import BUNDESPLATZ, a_brand, a_helper, a_price, by

from mila.countries.models import Locality
from mila.kernel.occasion import Who
from mila.partners import actions as partners
from mila.partners.models import Brand, KeyKind, Scope
from mila.sites.now import now

ADDRESS = {"street": "Kanarienweg", "house_number": "7", "postcode": "3011", "town": "Bern", "country": "CH"}


@dataclass
class Program:
    """A brand's program, which sends its key with every request."""

    secret: str
    client: Client = field(default_factory=Client)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self._with(headers))

    def post(self, path: str, body: object, *, key: str | None = None, **headers: str) -> Any:
        once = {} if key == "" else {"Idempotency-Key": key or str(uuid4())}
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        kind = headers.pop("kind", "application/json")
        return self.client.post(f"/api/v1{path}", sent, content_type=kind, headers={**self._with(headers), **once})

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", **headers}


def a_key(brand: Brand, *scopes: Scope, kind: KeyKind = KeyKind.TEST, life: timedelta = timedelta(days=30)) -> str:
    allowed = scopes or tuple(Scope)
    made = partners.make_key(brand=brand, name="test", kind=kind, scopes=allowed, life=life, now=by(Who.DESK, now()))
    return made[1]


def bookable() -> None:
    set_script_prefix("/")
    a_price()
    place = {"latitude": BUNDESPLATZ[0], "longitude": BUNDESPLATZ[1], "accuracy_m": 900}
    Locality.objects.get_or_create(
        country="CH", postcode="3011", name="Bern", defaults={"region": "BE", "source": "test", **place}
    )


@pytest.fixture
def program() -> Program:
    bookable()
    a_helper("Luca")
    return Program(a_key(a_brand()))


def an_order(**more: object) -> dict[str, Any]:
    """Return the body of a booking in three days, in the afternoon, at the price of today."""
    starts_at = datetime.combine(now().date() + timedelta(days=3), time(13), UTC)
    return {
        "packages": ["wifi-setup"],
        "total": {"amount_minor": 9390, "currency": "CHF"},
        "time": {"wish": "slot", "starts_at": starts_at.isoformat().replace("+00:00", "Z")},
        "address": ADDRESS,
        "customer": {"name": "Anna Canary", "email": "anna@customers.example"},
        **more,
    }


def problem(response: Any, status: int) -> str:
    """Return the code of the problem that was answered with this status."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    said = response.json()
    assert said["status"] == status
    assert said["type"] == f"{settings.PUBLIC_URL}/api/docs/#{said['code']}"
    return str(said["code"])
