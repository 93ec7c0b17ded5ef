from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries
from tests.factories import NOON, a_helper, a_requested_call, an_offer
from tests.story import a_signed_off_call, bank_runs

from mila.messaging.models import Message
from mila.sites.health.figures import dead_letters, exposition, ledger_difference
from mila.sites.models import Heartbeat
from mila.sites.now import now

pytestmark = pytest.mark.django_db


def parts_are_alive() -> None:
    for part in ("clock", "jobs"):
        Heartbeat.objects.update_or_create(part=part, defaults={"at": now()})


def figures() -> dict[str, float]:
    lines = exposition(NOON + timedelta(minutes=10)).decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def test_a_living_process_says_so_without_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/health/live", headers={"host": "no.such.host"})
    assert (answer.status_code, answer.json()) == (200, {"live": True})


def test_ready_means_that_the_tables_are_there_and_the_workers_live(client: Client) -> None:
    assert client.get("/health/ready").json()["clock"] == "never seen"
    parts_are_alive()
    answer = client.get("/health/ready")
    assert answer.status_code == 200, answer.content


def test_a_silent_worker_is_named(client: Client) -> None:
    parts_are_alive()
    Heartbeat.objects.filter(part="jobs").update(at=now() - timedelta(minutes=3))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert (answer.json()["clock"], answer.json()["jobs"]) == ("ok", "silent for 180 s")


def test_tables_that_wait_for_a_migration_are_named(client: Client) -> None:
    parts_are_alive()
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'doors'")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "1 to be applied")


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Bearer ", "token-of-the-watcher"])
def test_without_the_token_there_are_no_figures(client: Client, given: str) -> None:
    with override_settings(MILA_METRICS_TOKEN="token-of-the-watcher"):
        assert client.get("/metrics", headers={"authorization": given}).status_code == 404


def test_the_token_opens_the_figures_and_a_neighbour_needs_none(client: Client) -> None:
    with override_settings(MILA_METRICS_TOKEN="token-of-the-watcher"):
        answer = client.get("/metrics", headers={"authorization": "Bearer token-of-the-watcher"})
    assert answer.status_code == 200
    assert "mila_overdue" in answer.content.decode()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    with override_settings(MODE="production"):
        assert client.get("/metrics").status_code == 404


def test_what_is_overdue_is_counted_and_aged() -> None:
    a_helper()
    an_offer(a_requested_call())
    found = figures()
    assert found['mila_overdue{kind="offers"}'] == 1
    assert found['mila_overdue_seconds{kind="offers"}'] == 580  # unreached after 20 s
    assert found['mila_open_calls{stage="requested"}'] == 1
    assert found['mila_overdue{kind="payouts"}'] == 0


def test_letters_given_up_are_counted() -> None:
    a_requested_call()
    Message.objects.update(state="dead", due_at=None)
    assert dead_letters(NOON) == Message.objects.count() > 0


def test_the_ledger_s_difference_is_zero() -> None:
    call = a_signed_off_call(a_helper())
    bank_runs(call.since + timedelta(hours=1))
    assert ledger_difference(now()) == [("CHF", 0)]


def test_the_figures_ask_a_fixed_number_of_questions(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(3):
        a_requested_call()
    with django_assert_max_num_queries(11):
        exposition(now())
