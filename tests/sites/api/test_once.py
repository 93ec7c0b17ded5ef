"""What creates something happens once per Idempotency-Key."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.sites.api.conftest import Program, an_order, problem

from mila.booking.models import ServiceCall
from mila.sites.api.models import StoredAnswer
from mila.sites.now import now

pytestmark = pytest.mark.django_db


def test_without_a_key_nothing_is_created(program: Program) -> None:
    assert problem(program.post("/calls", an_order(), key=""), 400) == "idempotency_key_missing"
    assert not ServiceCall.objects.exists()


def test_a_repeated_booking_gets_the_same_answer(program: Program) -> None:
    first = program.post("/calls", an_order(), key="one")
    again = program.post("/calls", dict(reversed(an_order().items())), key='"one"')
    assert again.content == first.content
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert "Idempotent-Replayed" not in first.headers
    assert ServiceCall.objects.count() == 1


def test_a_repeated_refusal_is_the_same_refusal(program: Program) -> None:
    wrong = an_order(total={"amount_minor": 1, "currency": "CHF"})
    first = program.post("/calls", wrong, key="one")
    again = program.post("/calls", wrong, key="one")
    assert problem(again, 409) == "price_changed"
    assert again.content == first.content


def test_a_key_is_for_one_request(program: Program) -> None:
    call = program.post("/calls", an_order(), key="one").json()
    other = program.post("/calls", an_order(notes="something else"), key="one")
    assert problem(other, 422) == "idempotency_key_reused"
    cancelling = program.post(f"/calls/{call['id']}/cancellation", an_order(), key="one")
    assert problem(cancelling, 422) == "invalid"
    assert ServiceCall.objects.count() == 1


def test_a_key_whose_request_is_being_answered_waits(program: Program) -> None:
    program.post("/calls", an_order(), key="one")
    StoredAnswer.objects.update(status=None, body="")
    waiting = program.post("/calls", an_order(), key="one")
    assert problem(waiting, 409) == "still_running"
    assert waiting.headers["Retry-After"] == "1"


def test_who_died_while_answering_is_taken_over_without_a_second_booking(program: Program) -> None:
    first = program.post("/calls", an_order(), key="one").json()
    StoredAnswer.objects.update(status=None, body="", begun_at=now() - timedelta(minutes=2))
    again = program.post("/calls", an_order(), key="one")
    assert (again.status_code, again.json()["id"]) == (201, first["id"])
    assert ServiceCall.objects.count() == 1


def test_answers_are_kept_for_72_hours(program: Program) -> None:
    program.post("/calls", an_order(), key="one")
    StoredAnswer.objects.update(begun_at=now() - timedelta(hours=72, seconds=1))
    program.post("/calls", an_order(total={"amount_minor": 1, "currency": "CHF"}), key="two")
    assert [row.idempotency_key for row in StoredAnswer.objects.all()] == ["two"]


def test_a_fault_of_ours_is_no_answer(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_given: object) -> ServiceCall:
        raise RuntimeError("lightning")

    program.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("mila.journey.actions.book", fail)
        assert problem(program.post("/calls", an_order(), key="one"), 500) == "server_error"
    assert program.post("/calls", an_order(), key="one").status_code == 201


@pytest.mark.parametrize("body", [b"\xff[", b"{", b"[" * 20_000])
def test_a_body_that_is_no_json_is_no_fault_where_none_is_read(program: Program, body: bytes) -> None:
    path = f"/calls/{uuid4()}/cancellation/code"
    assert program.post(path, body).status_code == 404
