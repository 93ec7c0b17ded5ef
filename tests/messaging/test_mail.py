"""Mail against a mail server of a few lines that listens on this machine."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import cast

import pytest
from pytest_django import Settings
from tests.messaging.rows import NOON, NOW, a_call

from mila.kernel.ids import new_id
from mila.messaging import actions
from mila.messaging.adapters.mail import MailServer
from mila.messaging.models import Message, MessageState
from mila.messaging.ports import CarrierAway, CarrierRefused, Letter, NotYet
from mila.messaging.queries import dead_letters

LETTER = Letter(new_id(), "anna@example.org", "de", "Ihr Code", "Grüezi", "<p>Grüezi</p>")


class Postbox(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    answer_to_recipient = "250 ok"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[EmailMessage] = []

    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(StreamRequestHandler):
    def handle(self) -> None:
        postbox = cast("Postbox", self.server)
        self.say("220 ready")
        while line := self.rfile.readline().decode().upper().strip():
            if line.startswith("RCPT"):
                self.say(postbox.answer_to_recipient)
            elif line == "DATA":
                self.say("354 go on")
                postbox.mails.append(self.read_mail())
                self.say("250 taken")
            elif line == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def read_mail(self) -> EmailMessage:
        lines = iter(self.rfile.readline, b".\r\n")
        return message_from_bytes(b"".join(lines), policy=policy.default)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with Postbox() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def server_at(url: str) -> MailServer:
    return MailServer.at(url, sender="Mila <info@mila.example>")


def test_a_mail_arrives_in_both_forms_under_our_own_id(postbox: Postbox) -> None:
    server_at(postbox.url()).carry(LETTER)
    (mail,) = postbox.mails
    assert mail["Message-ID"] == f"<{LETTER.id}@mila.example>"
    assert (mail["Subject"], mail["To"], mail["Content-Language"]) == ("Ihr Code", "anna@example.org", "de")
    assert [part.get_content().strip() for part in mail.iter_parts()] == ["Grüezi", "<p>Grüezi</p>"]


def test_an_address_that_does_not_exist_is_refused_for_good(postbox: Postbox) -> None:
    postbox.answer_to_recipient = "550 no such person"
    with pytest.raises(CarrierRefused, match="550 no such person"):
        server_at(postbox.url()).carry(LETTER)


def test_a_server_that_asks_for_patience_with_one_person_is_not_away(postbox: Postbox) -> None:
    postbox.answer_to_recipient = "451 try later"
    with pytest.raises(NotYet, match="451"):
        server_at(postbox.url()).carry(LETTER)


def test_a_server_that_closes_its_doors_is_away(postbox: Postbox) -> None:
    postbox.answer_to_recipient = "421 come back tomorrow"
    with pytest.raises(CarrierAway, match="421"):
        server_at(postbox.url()).carry(LETTER)


def test_a_server_that_cannot_be_reached_is_away(postbox: Postbox) -> None:
    url = postbox.url()
    postbox.shutdown()
    postbox.server_close()
    with pytest.raises(CarrierAway):
        server_at(url).carry(LETTER)


def test_without_a_server_mail_waits() -> None:
    with pytest.raises(CarrierAway, match="MILA_MAIL_URL"):
        server_at("").carry(LETTER)


def test_the_address_of_the_server_says_how_to_reach_it() -> None:
    server = server_at("smtp://us%40er:p%2Fw@mail.example:2525?tls=1")
    assert (server.host, server.port, server.user, server.password) == ("mail.example", 2525, "us@er", "p/w")
    assert (server.tls, server.ssl) == (True, False)
    assert (server_at("smtps://mail.example").port, server_at("smtps://mail.example").ssl) == (465, True)


@pytest.mark.django_db
def test_in_production_a_code_leaves_by_mail_and_is_kept_nowhere(postbox: Postbox, settings: Settings) -> None:
    settings.MODE, settings.MILA_MAIL_URL = "production", postbox.url()
    actions.send_code(call=a_call(), code="482913", purpose="sign_off", now=NOW)
    assert actions.send_next(at=NOON)
    assert all("482913" in part.get_content() for part in postbox.mails[0].iter_parts())
    message = Message.objects.get()
    assert (message.state, message.text, message.html) == (MessageState.SENT, "", "")


@pytest.mark.django_db
def test_a_refused_mail_is_a_dead_letter_at_once(postbox: Postbox, settings: Settings) -> None:
    settings.MODE, settings.MILA_MAIL_URL = "production", postbox.url()
    postbox.answer_to_recipient = "550 no such person"
    actions.send_code(call=a_call(), code="482913", purpose="sign_off", now=NOW)
    actions.send_next(at=NOON)
    assert "550" in dead_letters()[0].fault
