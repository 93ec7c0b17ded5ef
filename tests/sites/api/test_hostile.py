"""Whatever is sent, the answer is a problem that can be read, never a fault."""

import json

import pytest
from tests.sites.api.conftest import Program, an_order, problem

from mila.booking.models import ServiceCall

pytestmark = pytest.mark.django_db
HUGE = json.dumps({"notes": "x" * 70_000})
BODIES: list[tuple[str | bytes, int]] = [
    ("", 422),
    ("{", 400),
    ("null", 422),
    ("[]", 422),
    ("7", 422),
    ('{"total": NaN}', 400),
    ('{"total": ' + "9" * 5000 + "}", 400),
    ("[" * 30_000, 400),
    ('{"a":' * 5_000 + "1" + "}" * 5_000, 422),
    (b"\xff\xfe", 400),
    (b"\x00", 400),
    (HUGE, 413),
]
PATHS = ["/quote", "/slots", "/calls", "/calls/01890000-0000-7000-8000-000000000000/cancellation"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("body", "status"), BODIES, ids=lambda value: str(value)[:12])
def test_bodies_that_are_none(program: Program, path: str, body: str | bytes, status: int) -> None:
    answer = program.post(path, body)
    assert answer.status_code in {status, 400, 422} if status != 413 else answer.status_code == 413
    assert problem(answer, answer.status_code)


@pytest.mark.parametrize("wrong", [None, True, 7, -1, 1e300, "", "\x00", "\ud800", "x" * 9000, [], {}, [[]], {"a": 1}])
def test_every_member_of_a_booking_survives_every_type(program: Program, wrong: object) -> None:
    order = an_order(payer=None, site_contact=None, partner_order_id=None, notes="", language="de")
    for member in order:
        answer = program.post("/calls", {**order, member: wrong})
        assert answer.status_code in {201, 409, 422}, (member, answer.content)
    for outer in ("time", "address", "customer", "total"):
        for member in order[outer]:
            answer = program.post("/calls", {**order, outer: {**order[outer], member: wrong}})
            assert answer.status_code in {201, 409, 422}, (outer, member, answer.content)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a"])
def test_a_body_of_another_media_type_is_refused(program: Program, kind: str) -> None:
    assert problem(program.post("/calls", an_order(), kind=kind), 415) == "media_type_unknown"


@pytest.mark.parametrize(
    "starts_at", ["", "soon", "2026-11-26", "2026-11-26T13:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z",
                  "2026-02-30T10:00:00Z", "1764162000", 1764162000],
)  # fmt: skip
def test_a_time_is_of_rfc_3339_with_its_offset(program: Program, starts_at: object) -> None:
    refused = program.post("/calls", an_order(time={"wish": "slot", "starts_at": starts_at}))
    assert problem(refused, 422) == "invalid"


def test_an_address_or_method_that_is_not_there(program: Program) -> None:
    assert problem(program.get("/nothing"), 404) == "not_found"
    wrong = program.client.delete("/api/v1/calls", headers={"Authorization": f"Bearer {program.secret}"})
    assert problem(wrong, 405) == "method_not_allowed"
    assert "GET" in wrong.headers["Allow"]


def test_problems_speak_the_language_asked_for_and_keep_their_code(program: Program) -> None:
    english = program.get("/calls/x", **{"Accept-Language": "en"}).json()
    german = program.get("/calls/x", **{"Accept-Language": "de"}).json()
    assert english["code"] == german["code"] == "not_found"
    assert english["instance"] != german["instance"]


def test_every_answer_carries_the_id_of_its_request(program: Program) -> None:
    refused = program.get("/calls/x")
    assert refused.json()["instance"] == f"urn:mila:request:{refused.headers['X-Request-Id']}"
    assert not ServiceCall.objects.exists()
