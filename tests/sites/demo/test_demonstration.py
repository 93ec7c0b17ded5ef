"""The demonstration: everybody at a press, one mailbox, and none of it anywhere else."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import NOON, a_brand, a_helper, an_account

from mila.accounts.models import DeskSeat
from mila.messaging.models import Message

pytestmark = pytest.mark.django_db

HTML = '<!doctype html><html><head><style>b{color:red}</style></head><body><a href="/s/key/">Follow</a></body></html>'


@pytest.fixture
def visitor(client: Client, settings: Any) -> Client:
    """Somebody in front of a demonstration with Mila's own brand and one other."""
    settings.DEMONSTRATION = True
    a_brand()
    a_brand("swisscom", is_own=False)
    return client


def a_letter(**given: object) -> Message:
    values: dict[str, object] = {
        "key": str(uuid4()),
        "channel": "mail",
        "recipient": "anna@customers.example",
        "template": "confirm_booking",
        "language": "en",
        "subject": "Your visit is booked",
        "text": "Follow it: http://127.0.0.1:8000/s/key/ <script>alert(1)</script>",
        "html": HTML,
        "made_at": NOON,
        "state": "sent",
        **given,
    }
    return Message.objects.create(**values)


def luca_is_there() -> None:
    helper = a_helper()
    helper.account.email = "luca@friends.example"
    helper.account.save()


def test_outside_a_demonstration_nothing_of_it_is_found(client: Client) -> None:
    a_brand()
    luca_is_there()
    letter = a_letter()
    for address in ("/mail/", "/mail/letters/", "/look/", f"/mail/{letter.pk}/", f"/mail/{letter.pk}/paper/"):
        assert client.get(address).status_code == 404
    assert client.post("/be/luca/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_outside_a_demonstration_the_front_is_the_customers(client: Client) -> None:
    a_brand()
    assert b"Who would you like to be?" not in client.get("/").content


def test_the_start_page_introduces_the_people_and_the_brands(visitor: Client) -> None:
    luca_is_there()
    said = visitor.get("/").content.decode()
    for part in ("Anna, a customer", "Luca, a Friend", "Sara, a Pro", "The desk", "/b/swisscom/"):
        assert part in said


def test_under_a_brand_the_front_is_the_brands_own(visitor: Client) -> None:
    assert b"Who would you like to be?" not in visitor.get("/b/swisscom/").content


def test_one_press_signs_luca_in(visitor: Client) -> None:
    luca_is_there()
    assert visitor.post("/be/luca/").headers["Location"] == reverse("provider:home")
    assert "_auth_user_id" in visitor.session


def test_one_press_signs_in_at_the_desk_and_another_goes_out_as_anna(visitor: Client) -> None:
    account = an_account("desk@mila.example")
    DeskSeat.objects.create(account=account, name="Dana", role="agent")
    assert visitor.post("/be/desk/").headers["Location"] == reverse("desk:home")
    assert UUID(visitor.session["_auth_user_id"]) == account.pk
    assert visitor.post("/be/anna/").headers["Location"] == reverse("customer:book")
    assert "_auth_user_id" not in visitor.session


def test_looking_at_the_address_signs_nobody_in(visitor: Client) -> None:
    luca_is_there()
    assert visitor.get("/be/luca/").status_code == 405
    assert visitor.post("/be/nobody/").status_code == 404
    assert visitor.post("/be/sara/").status_code == 404


def test_the_mailbox_shows_what_was_written_to_whom(visitor: Client) -> None:
    assert b"No messages yet" in visitor.get("/mail/").content
    a_letter()
    a_letter(channel="sms", recipient="+41791234567", subject="", text="Code 123", html="")
    everything = visitor.get("/mail/").content.decode()
    assert "Your visit is booked" in everything
    assert "Code 123" in everything
    only_sms = visitor.get("/mail/letters/", {"channel": "sms"}).content.decode()
    assert "Code 123" in only_sms
    assert "Your visit is booked" not in only_sms
    only_anna = visitor.get("/mail/", {"to": "ANNA@customers.example"}).content.decode()
    assert "Code 123" not in only_anna


@pytest.mark.parametrize("asked", [{"to": "\0"}, {"channel": "pigeon"}, {"before": "yesterday"}, {"to": "x" * 900}])
def test_no_filter_breaks_the_mailbox(visitor: Client, asked: dict[str, str]) -> None:
    assert visitor.get("/mail/", asked).status_code == 200


def test_a_message_is_shown_with_links_and_without_its_scripts(visitor: Client) -> None:
    letter = a_letter()
    answer = visitor.get(reverse("demo:letter", args=[letter.pk]))
    said = answer.content.decode()
    assert '<a href="http://127.0.0.1:8000/s/key/"' in said
    assert "<script>alert" not in said
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert visitor.get(reverse("demo:letter", args=[uuid4()])).status_code == 404


def test_the_paper_of_a_mail_is_boxed_in_and_its_links_leave_the_frame(visitor: Client) -> None:
    answer = visitor.get(reverse("demo:paper", args=[a_letter().pk]))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert '<base target="_top">' in answer.content.decode()
    assert visitor.get(reverse("demo:paper", args=[a_letter(html="").pk])).status_code == 404


def test_the_style_page_shows_every_part(visitor: Client) -> None:
    assert b"The desk" in visitor.get("/look/").content
