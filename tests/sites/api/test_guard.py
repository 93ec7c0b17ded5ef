"""Who comes in, and what belongs to whom."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings
from tests.factories import a_brand, a_drafted_call, by
from tests.sites.api.conftest import Program, a_key, an_order, bookable, problem

from mila.kernel.occasion import Who
from mila.partners import actions as partners
from mila.partners.models import ApiKey, KeyKind, Scope
from mila.sites.api.interface import interface
from mila.sites.now import now

pytestmark = pytest.mark.django_db
NOWHERE = "01890000-0000-7000-8000-000000000000"
DOORS = [
    (method.upper(), path.removeprefix("/api/v1"))
    for path, methods in interface.get_openapi_schema()["paths"].items()
    for method in methods
]


def knock(program: Program, method: str, path: str, call: object = NOWHERE) -> Any:
    path = path.replace("{call_id}", str(call)).replace("{sale_id}", str(call))
    if method == "GET":
        return program.get(f"{path}?country=CH")
    bodies = {
        "/quote": {"country": "CH", "packages": ["wifi-setup"]},
        "/slots": {"packages": ["wifi-setup"], "address": an_order()["address"]},
        "/calls": an_order(),
        f"/calls/{call}/reschedule": {"starts_at": "2027-01-04T10:00:00Z"},
        f"/calls/{call}/reschedule/answer": {"answer": "keep"},
    }
    return program.post(path, bodies.get(path, {"cost": {"amount_minor": 0, "currency": "CHF"}}))


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_nobody_comes_in_without_a_key(method: str, path: str) -> None:
    bookable()
    answer = knock(Program("nothing"), method, path)
    assert problem(answer, 401) == "key_missing"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_a_key_opens_what_its_scopes_say(method: str, path: str) -> None:
    bookable()
    by_scope = {scope: knock(Program(a_key(a_brand(), scope)), method, path) for scope in Scope}
    opened = [scope for scope, answer in by_scope.items() if answer.status_code != 403]
    assert len(opened) == 1
    assert {problem(by_scope[scope], 403) for scope in Scope if scope not in opened} == {"scope_missing"}


@pytest.mark.parametrize(("method", "path"), [door for door in DOORS if "{" in door[1]])
def test_what_is_another_brands_is_not_there(program: Program, method: str, path: str) -> None:
    foreign = a_drafted_call(now(), brand=a_brand("swisscom", is_own=False))
    assert problem(knock(program, method, path, foreign.id), 404) == "not_found"
    assert problem(knock(program, method, path), 404) == "not_found"
    assert problem(knock(program, method, path, "no-id"), 404) == "not_found"
    foreign.refresh_from_db()
    assert foreign.stage == "drafted"


def test_the_list_holds_no_other_brands_calls(program: Program) -> None:
    a_drafted_call(now(), brand=a_brand("swisscom", is_own=False))
    assert program.get("/calls").json() == {"calls": [], "next_cursor": None}


def test_a_revoked_key_opens_nothing(program: Program) -> None:
    key = ApiKey.objects.get()
    assert partners.revoke_key(key_id=key.id, now=by(Who.DESK, now())) is True
    assert partners.revoke_key(key_id=key.id, now=by(Who.DESK, now())) is False
    assert problem(program.get("/calls"), 401) == "key_revoked"


def test_an_expired_key_opens_nothing(program: Program) -> None:
    ApiKey.objects.update(made_at=now() - timedelta(days=9), expires_at=now() - timedelta(seconds=1))
    assert problem(program.get("/calls"), 401) == "key_expired"


def test_a_key_in_the_address_is_no_key(program: Program) -> None:
    assert problem(Client().get(f"/api/v1/calls?key={program.secret}"), 401) == "key_missing"


def test_a_test_key_moves_no_real_money(program: Program, settings: Settings) -> None:
    settings.MILA_BANK = "stripe"
    assert problem(program.post("/calls", an_order()), 403) == "test_key"
    assert program.get("/catalogue?country=CH").status_code == 200
    assert Program(a_key(a_brand(), kind=KeyKind.LIVE)).get("/calls").status_code == 200


def test_a_secret_is_shown_once_and_kept_hashed() -> None:
    a_brand()
    shown, beside = StringIO(), StringIO()
    call_command("make_api_key", "mila", "--scopes", "catalogue", stdout=shown, stderr=beside)
    secret, key = shown.getvalue().strip(), ApiKey.objects.get()
    assert secret.startswith("mila_test_")
    assert secret not in str(ApiKey.objects.values().get())
    assert str(key.id) in beside.getvalue()
    call_command("revoke_api_key", str(key.id), stdout=shown)
    assert problem(Program(secret).get("/catalogue?country=CH"), 401) == "key_revoked"


def test_a_key_lives_for_a_year_at_most() -> None:
    a_brand()
    with pytest.raises(CommandError, match="year"):
        call_command("make_api_key", "mila", "--days", "367")
    assert not ApiKey.objects.exists()
