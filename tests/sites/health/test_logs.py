import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories import a_booking, a_brand, a_helper, an_offer, by, by_helper
from tests.story import signed_off

from mila.booking.models import ServiceCall, Stage
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.messaging.actions import send_next
from mila.payments import actions as payments
from mila.payments.adapters import MeansAnswer, Saved
from mila.sites.logs import JsonLines
from mila.visit.models import ContactOutcome
from mila.visit.queries import open_steps

pytestmark = pytest.mark.django_db
CANARIES = ("Canary", "anna@customers.example", "791234567", "Kanarienweg", "Zitrone", "•••• 4242", "means_4242")


class Captured:
    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture
def logs() -> Iterator[Captured]:
    a_brand()
    captured = Captured()
    handler = logging.StreamHandler(captured.stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield captured
    root.removeHandler(handler)


def test_a_request_is_one_line_with_its_route_and_without_its_address(client: Client, logs: Captured) -> None:
    answer = client.get("/s/a-secret-key/?search=anna", headers={"x-request-id": "from-the-proxy"})
    (line,) = logs.of("request")
    assert answer.headers["X-Request-ID"] == line["request"] == "from-the-proxy"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/s/<slug:key>/", 404)
    assert line["db_queries"] > 0
    assert line["ms"] >= line["db_ms"]
    assert "secret" not in logs.text
    assert "anna" not in logs.text


@pytest.mark.parametrize("strange", ["", "short", "a b c d e f g h", "x" * 65, "anna@mila.example"])
def test_a_strange_request_id_is_replaced(client: Client, logs: Captured, strange: str) -> None:
    answer = client.get("/sign-in/", headers={"x-request-id": strange})
    assert len(answer.headers["X-Request-ID"]) == 32
    assert logs.of("request")[0]["request"] == answer.headers["X-Request-ID"]


def test_nobody_learns_an_address_from_a_page_that_is_not_there(client: Client, logs: Captured) -> None:
    client.get("/no/such/page/anna@customers.example")
    assert logs.of("request")[0]["route"] == "(no page)"
    assert "anna" not in logs.text


def test_an_error_is_told_by_kind_and_place_and_not_by_its_words(logs: Captured) -> None:
    try:
        int("anna@customers.example")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/s/a-secret-key/")
    (line,) = logs.lines
    assert line["fault"] == "ValueError"
    assert "test_logs.py" in line["where"][0]
    assert "anna" not in logs.text
    assert line["event"] == "Internal Server Error: %s"


def test_a_whole_call_leaves_no_trace_of_its_people(
    client: Client, logs: Captured, django_capture_on_commit_callbacks: Any
) -> None:
    luca = a_helper()
    with django_capture_on_commit_callbacks(execute=True):
        call = journey.book(given=a_booking(), now=by(Who.CUSTOMER))
        means = journey.ask_for_means(call_id=call.id, now=by(Who.CUSTOMER))
        saved = Saved("means_4242", "Visa •••• 4242", can_hold=True)
        journey.bank_answered(answer=MeansAnswer(call.id, means.id, 1, saved), now=by(Who.BANK))
        offer = an_offer(call)
        client.force_login(luca.account)
        pages = (f"/app/offers/{offer.key}/", f"/app/visits/{call.id}/", f"/s/{call.status_key}/", "/sign-in/k-e-y/")
        for page in pages:
            client.get(page)
        client.post(f"/s/{call.status_key}/sign-off/", {"code": "1234", "email": "anna@customers.example"})
        journey.acknowledge(offer_key=offer.key, now=by_helper(luca))
        journey.accept(offer_key=offer.key, now=by_helper(luca))
        done = _visited(call, luca)
        while send_next(at=done.since):
            pass
        signed_off(done, done.since)
        _paid(done)
    for canary in (*CANARIES, call.status_key, offer.key, "k-e-y"):
        assert canary not in logs.text, canary
    steps = [line["step"] for line in logs.of("step")]
    assert {"book", "secure", "accept", "contact", "confirm", "finish", "sign_off", "charge"} <= set(steps)
    assert {line["call"] for line in logs.of("step")} == {str(call.id)}
    assert len(logs.of("request")) == 5
    assert "helper" in {line["role"] for line in logs.of("request")}


def _visited(call: ServiceCall, luca: Any) -> ServiceCall:
    call = journey.log_contact(call_id=call.id, outcome=ContactOutcome.REACHED, now=by_helper(luca))
    if call.stage == Stage.CONTACTED:
        call = journey.confirm(call_id=call.id, now=by_helper(luca))
    assert call.visit_starts_at is not None
    then = by_helper(luca, call.visit_starts_at)
    for verb in (journey.set_out, journey.arrive, journey.show_badge, journey.begin_work):
        verb(call_id=call.id, now=then)
    for step in open_steps(call):
        journey.tick(call_id=call.id, code=step.code, now=then)
    return journey.finish(call_id=call.id, now=then)


def _paid(call: ServiceCall) -> None:
    at = call.since + timedelta(minutes=5)
    while (answer := payments.ask_bank_next(at=at)) is not None:
        journey.bank_answered(answer=answer, now=by(Who.BANK, at))
