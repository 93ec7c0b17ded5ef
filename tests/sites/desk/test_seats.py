"""Seats at the desk: an admin resets a colleague's ways in, says why, and the colleague is told."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from tests.factories import NOON, an_account
from tests.sites.entrance.desk import take_link

from mila.accounts.models import Authenticator, DeskSeat, RecoveryCode, SecurityEvent
from mila.messaging.models import Message

pytestmark = pytest.mark.django_db
WHY = "Called back at the number in her contract"


@pytest.fixture
def admin(desk: Client) -> Client:
    DeskSeat.objects.update(role="admin")
    return desk


@pytest.fixture
def colleague() -> DeskSeat:
    account = an_account("eve@mila.example")
    Authenticator.objects.create(account=account, sealed="x", made_at=NOON, last_step=0)
    RecoveryCode.objects.create(account=account, code_hash="x")
    return DeskSeat.objects.create(account=account, name="Eve", role="agent")


def reset(desk: Client, seat: DeskSeat, reason: str = WHY) -> int:
    return desk.post(reverse("desk:seat_reset", args=[seat.pk]), {"reason": reason}).status_code


def test_an_admin_resets_a_colleague_who_is_told_and_enrols_anew(admin: Client, colleague: DeskSeat) -> None:
    assert "Reset" in admin.get("/desk/seats/").content.decode()
    assert reset(admin, colleague) == 302
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    event = SecurityEvent.objects.get(kind="reset_by_desk")
    assert WHY in event.reason
    assert event.reason.startswith(DeskSeat.objects.exclude(pk=colleague.pk).get().name)
    assert Message.objects.filter(account=colleague.account, template="tell_security_event").exists()
    assert take_link(Client(), "eve@mila.example") == "/sign-in/begin/"


def test_a_reset_needs_a_reason(admin: Client, colleague: DeskSeat) -> None:
    assert reset(admin, colleague, "") == 422
    assert Authenticator.objects.exists()


def test_only_an_admin_resets(desk: Client, colleague: DeskSeat) -> None:
    DeskSeat.objects.exclude(pk=colleague.pk).update(role="agent")
    assert "Reset" not in desk.get("/desk/seats/").content.decode()
    assert reset(desk, colleague) == 403
    assert Authenticator.objects.exists()


def test_nobody_resets_their_own(admin: Client) -> None:
    assert reset(admin, DeskSeat.objects.get()) == 409


def run(*words: str) -> str:
    said = StringIO()
    call_command("desk_seat", *words, stdout=said)
    return said.getvalue()


def test_on_the_machine_a_seat_is_given_reset_and_taken(admin: Client) -> None:
    assert run("give", "nina@mila.example", "--name", "Nina", "--role", "community") == "give: nina@mila.example\n"
    seat = DeskSeat.objects.get(account__email="nina@mila.example")
    assert (seat.name, seat.role) == ("Nina", "community")
    run("reset", "nina@mila.example", "--reason", WHY)
    run("take", "nina@mila.example", "--reason", "Left us")
    assert not DeskSeat.objects.filter(pk=seat.pk).exists()
    assert Message.objects.filter(account=seat.account, template="tell_security_event").count() == 3


@pytest.mark.parametrize(
    "words", [("give", "no address"), ("reset", "nobody@mila.example", "--reason", "x"), ("take", "dana@mila.example")]
)
def test_on_the_machine_what_cannot_be_is_said(admin: Client, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*words)


def test_the_last_admin_keeps_the_seat(admin: Client) -> None:
    with pytest.raises(CommandError, match="admin"):
        run("take", DeskSeat.objects.get().account.email, "--reason", "Left us")
