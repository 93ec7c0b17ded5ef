"""The tour in a real browser: a story from the booking to the stars, in minutes, on both phones."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, ViewportSize, expect
from tests.walks.conftest import House, Phones
from tests.walks.test_first_call import SHOTS

pytestmark = pytest.mark.walk

DESK: ViewportSize = {"width": 1280, "height": 900}
MINUTES = 5


def begin(page: Page, house: House, plot: str) -> None:
    page.goto(f"{house.url}/tour/")
    page.locator(f"input[value={plot}]").check(force=True)
    page.locator("main button.big").click()
    expect(page).to_have_url(re.compile("/tour/M-"))


def anna(page: Page) -> FrameLocator:
    return page.frame_locator(".customer iframe")


def luca(page: Page) -> FrameLocator:
    return page.frame_locator(".helper iframe")


def keep(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"tour-{name}.png"), full_page=True)


def test_a_whole_story_passes_on_both_phones_in_minutes(house: House, phone: Phones) -> None:
    page = phone.of("Somebody who watches", size=DESK)
    begun = time.monotonic()
    begin(page, house, "smooth")
    # Who is asked first may be somebody whom a walk before was signed in as: nobody plays them, and others are asked.
    expect(luca(page).locator("[data-countdown]")).to_be_visible(timeout=90_000)
    keep(page, "offer")
    page.goto(f"{page.url}?by_itself=1")
    expect(anna(page).get_by_role("heading", level=1)).to_contain_text(
        re.compile("unterwegs|Arbeit|Tür"), timeout=90_000
    )
    keep(page, "visit")
    expect(page.locator(".told")).to_contain_text(re.compile("bewertet"), timeout=MINUTES * 60_000)
    expect(page.locator("#stage .callout.good")).to_be_visible(timeout=60_000)
    keep(page, "over")
    assert time.monotonic() - begun < MINUTES * 60


def test_what_a_simulated_helper_does_reaches_the_customers_page_by_stream(house: House, phone: Phones) -> None:
    page = phone.of("Somebody who watches", size=DESK)
    begin(page, house, "smooth")
    status = page.locator(".customer iframe").get_attribute("src")
    customer = phone.of("Anna")
    looks: list[float] = []
    customer.on("request", lambda request: looks.append(time.monotonic()) if "/live/" in request.url else None)
    with customer.expect_request(re.compile("/stream/")):
        customer.goto(f"{house.url}{status}")
    begun = time.monotonic()
    expect(customer.get_by_text(re.compile("kommt zu Ihnen|ist unterwegs|hat bestätigt")).first).to_be_visible(
        timeout=90_000
    )
    assert looks  # it looked because it was told: a page without a stream looks every three seconds
    assert len(looks) < max(6, (time.monotonic() - begun) / 3)


def test_on_a_phone_the_two_phones_are_tabs(house: House, phone: Phones) -> None:
    page = phone.of("Somebody who watches")
    begin(page, house, "patience")
    expect(page.locator(".phone.customer")).to_be_visible()
    expect(page.locator(".phone.helper")).to_be_hidden()
    page.locator("label[for=side-helper]").click()
    expect(page.locator(".phone.helper")).to_be_visible()
    expect(page.locator(".phone.customer")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    keep(page, "tabs")
