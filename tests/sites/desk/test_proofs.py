"""A community manager records a proof that was seen, and withdraws one; others at the desk only read."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import NOON, a_brand, a_helper, a_requested_call, by

from mila.accounts.models import DeskSeat
from mila.crowd.models import HeldQualification, Helper, Qualification
from mila.dispatch.queries import line_of
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.sites.now import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(desk: Client) -> Client:
    DeskSeat.objects.update(role="community")
    return desk


@pytest.fixture
def luca() -> Helper:
    a_brand()
    return a_helper("Luca")


@pytest.fixture
def asked(luca: Helper) -> Qualification:
    return Qualification.objects.create(
        code="ladder-safety", brand=a_brand(), name={"en": "Ladder safety"}, asked_from=date(2020, 1, 1)
    )


def record(desk: Client, helper: Helper, **typed: str) -> int:
    given = {"qualification": "ladder-safety", "proven_on": "2026-01-10", "valid_until": "", "note": "Card 7"} | typed
    return desk.post(reverse("desk:proofs_of", args=[helper.pk]), given).status_code


def is_met(helper: Helper) -> bool:
    call = a_requested_call()
    journey.move_search(call_id=call.id, now=by(Who.CLOCK, NOON))
    line = line_of(call, helper.id)
    assert line is not None
    return line.filters["qualifications"].met


def test_a_recorded_proof_counts_and_a_withdrawn_one_no_more(
    manager: Client, luca: Helper, asked: Qualification
) -> None:
    assert not is_met(luca)
    for _twice in range(2):
        assert record(manager, luca) == 302
    held = HeldQualification.objects.get()
    assert held.seen_by is not None
    assert is_met(luca)
    assert manager.post(reverse("desk:proof_withdraw", args=[held.pk]), {"reason": ""}).status_code == 422
    assert manager.post(reverse("desk:proof_withdraw", args=[held.pk]), {"reason": "Forged"}).status_code == 302
    assert not is_met(luca)
    said = manager.get(reverse("desk:proofs_of", args=[luca.pk])).content.decode()
    for shown in ("Ladder safety", "Card 7", "Dana", "Forged"):
        assert shown in said
    assert record(manager, luca) == 302
    assert is_met(luca)


def test_days_that_cannot_be_are_refused(manager: Client, luca: Helper, asked: Qualification) -> None:
    ahead = (now().date() + timedelta(days=2)).isoformat()
    assert record(manager, luca, proven_on=ahead) == 422
    assert record(manager, luca, valid_until="2026-01-09") == 422
    assert record(manager, luca, proven_on="yesterday") == 422
    assert record(manager, luca, qualification="no-such") == 422
    assert not HeldQualification.objects.exists()


def test_an_agent_reads_and_may_not_record(desk: Client, luca: Helper, asked: Qualification) -> None:
    assert record(desk, luca) == 403
    said = desk.get(reverse("desk:proofs_of", args=[luca.pk])).content.decode()
    assert "I have seen it" not in said


def test_helpers_are_found_by_name_and_proofs_that_end_soon_stand_in_front(
    manager: Client, luca: Helper, asked: Qualification
) -> None:
    soon = (now().date() + timedelta(days=20)).isoformat()
    assert record(manager, luca, valid_until=soon) == 302
    assert "Ladder safety" in manager.get(reverse("desk:proofs")).content.decode()
    found = manager.get(reverse("desk:proofs"), {"q": "luca"}).content.decode()
    assert reverse("desk:proofs_of", args=[luca.pk]) in found
    assert "Nobody found" in manager.get(reverse("desk:proofs"), {"q": "zoe\0"}).content.decode()
