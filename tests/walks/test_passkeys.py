"""A passkey made and used in a real browser, with an authenticator that Chromium plays."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from tests.walks.conftest import House, Phones

pytestmark = pytest.mark.walk

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_an_authenticator(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def test_a_passkey_is_made_and_opens_the_door_again(house: House, complaints: list[str], phone: Phones) -> None:
    # Browsers know passkeys of names alone, not of numbers.
    named = replace(house, url=house.url.replace("127.0.0.1", "localhost"))
    luca = phone.at(named).of("Luca")
    give_an_authenticator(luca)
    luca.goto(f"{named.url}/")
    luca.locator("form[action='/be/luca/'] button").first.click()
    luca.goto(f"{named.url}/security/")
    luca.locator("form[data-makes] button").click()
    expect(luca.locator("form[action$='/rename/']").first).to_be_attached()
    luca.locator("main form[action='/sign-out/'] button").click()
    expect(luca).to_have_url(re.compile("/sign-in/"))
    luca.locator("form[data-passkey] button").click()
    expect(luca).to_have_url(re.compile("/app/"))
