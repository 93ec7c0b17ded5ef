"""Signing in by a link, and the ways in which that can go wrong."""

import re

import pytest
from django.test import Client
from tests.factories import a_brand, a_helper

from mila.accounts.models import SignInLink
from mila.messaging.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    a_brand()
    return Client()


def the_link() -> str:
    text = Message.objects.get(template="send_sign_in_link").text
    found = re.search(r"https?://[^/\s]+(/sign-in/\S+)", text)
    assert found
    return found[1]


def test_an_address_gets_a_link_that_signs_in_once(visitor: Client) -> None:
    a_helper("Luca")
    assert visitor.post("/sign-in/", {"email": "LUCA@helpers.example"}).headers["Location"] == "/sign-in/sent/"
    link = the_link()
    assert b"<button" in visitor.get(link).content
    assert visitor.post(link).headers["Location"] == "/app/"
    assert visitor.get("/app/").status_code == 200
    again = Client().post(link)
    assert again.status_code == 410
    assert b"/sign-in/" in again.content


def test_opening_the_link_spends_nothing(visitor: Client) -> None:
    a_helper("Luca")
    visitor.post("/sign-in/", {"email": "luca@helpers.example"})
    visitor.get(the_link())
    assert SignInLink.objects.get().used_at is None


def test_an_unknown_address_hears_the_same_and_gets_nothing(visitor: Client) -> None:
    a_helper("Luca")
    known = visitor.post("/sign-in/", {"email": "luca@helpers.example"})
    unknown = visitor.post("/sign-in/", {"email": "nobody@helpers.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert visitor.get("/sign-in/sent/").status_code == 200
    assert Message.objects.count() == 1


@pytest.mark.parametrize("email", ["", "no address", "a@b", "x" * 300 + "@y.ch", "a\x00@b.ch", "<script>@x.ch"])
def test_a_bad_address_gets_its_word_beside_it(visitor: Client, email: str) -> None:
    answer = visitor.post("/sign-in/", {"email": email})
    assert answer.status_code == 422
    assert b'id="id_email_error"' in answer.content
    assert b"<script>@" not in answer.content


def test_the_way_that_was_asked_for_is_kept(visitor: Client) -> None:
    a_helper("Luca")
    first = visitor.get("/app/earnings/")
    assert first.headers["Location"] == "/sign-in/?next=/app/earnings/"
    visitor.post("/sign-in/", {"email": "luca@helpers.example", "next": "/app/earnings/"})
    link = the_link()
    page = visitor.get(link).content.decode()
    assert 'value="/app/earnings/"' in page
    assert visitor.post(link).headers["Location"] == "/app/earnings/"


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/x" * 400])
def test_nobody_is_sent_elsewhere(visitor: Client, way: str) -> None:
    a_helper("Luca")
    visitor.post("/sign-in/", {"email": "luca@helpers.example"})
    assert visitor.post(the_link(), {"next": way}).headers["Location"] == "/app/"


def test_signing_out_ends_it(visitor: Client) -> None:
    visitor.force_login(a_helper("Luca").account)
    assert visitor.get("/sign-out/").status_code == 405
    visitor.post("/sign-out/")
    assert visitor.get("/app/").status_code == 302
