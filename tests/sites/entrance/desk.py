"""Dana at the desk, who comes in by two factors."""

import re
from datetime import UTC, datetime, timedelta

from django.test import Client
from tests.factories import a_brand, an_account

from mila.accounts.actions import app_secret
from mila.accounts.models import Account, Authenticator, DeskSeat
from mila.messaging.models import Message

EMAIL, PASSWORD = "dana@mila.example", "seven trams under rain"


def dana(role: str = "agent") -> Account:
    a_brand()
    account = an_account(EMAIL)
    DeskSeat.objects.create(account=account, name="Dana", role=role)
    return account


def take_link(browser: Client, email: str = EMAIL) -> str:
    """Ask for a link, press its button, and return where it leads."""
    browser.post("/sign-in/", {"email": email})
    text = Message.objects.filter(template="send_sign_in_link").latest("made_at").text
    found = re.search(r"https?://[^/\s]+(/sign-in/\S+)", text)
    assert found
    return browser.post(found[1]).headers["Location"]


def code_of(sealed: str, *, later: int = 0) -> str:
    """Return what the app shows, some half minutes later."""
    at = datetime.now(UTC) + timedelta(seconds=30 * later)
    return app_secret(sealed).generate(int(at.timestamp())).decode()


def next_code(account: Account) -> str:
    """Return a code of the app that was not used yet."""
    return code_of(Authenticator.objects.get(account=account).sealed, later=1)


def set_up(browser: Client) -> list[str]:
    """Come in for the first time by link, app and password, and return the recovery codes."""
    take_link(browser)
    browser.get("/security/app/")
    browser.post("/security/app/", {"code": code_of(browser.session["app"])})
    browser.post("/security/password/", {"password": PASSWORD})
    page = browser.post("/security/recovery/").content.decode()
    return re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page)


def give_password(browser: Client, password: str = PASSWORD) -> int:
    return browser.post("/sign-in/password/", {"email": EMAIL, "password": password}).status_code
