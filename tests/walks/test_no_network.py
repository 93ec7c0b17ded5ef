"""A visit in a cellar: the network is gone between *on the way* and the sign-off, and the app is closed in between."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.walks.conftest import House, Phones
from tests.walks.test_first_call import (
    Shot,
    accept_as_luca,
    book_as_anna,
    press,
    shot,
    sign_in_as_luca,
    take,
    tick_next,
    whoever_is_asked,
)

pytestmark = pytest.mark.walk
__all__ = ["shot"]  # a fixture

KEPT = "async () => !!navigator.serviceWorker.controller && !!(await caches.match(location.pathname))"


def test_a_visit_without_a_network(house: House, phone: Phones, shot: Shot, complaints: list[str]) -> None:
    anna, luca = phone.of("Anna"), phone.of("Luca")
    sign_in_as_luca(luca, house, shot)
    sara = phone.of("Sara")
    sara.goto(f"{house.url}/")
    press(sara, "Sara")
    book_as_anna(anna, house, shot)
    luca = whoever_is_asked(luca, sara)
    accept_as_luca(luca, shot)
    luca.locator("form[action$='/contact/'] button[value=reached]").click()
    take(luca, "set-out")
    expect(anna.get_by_text("ist unterwegs").first).to_be_visible()
    code = anna.locator("#door .figure .code").inner_text()
    expect(luca.locator("form[action$='/step/arrive/']")).to_be_visible()
    luca.wait_for_function(KEPT)
    shot(luca, "luca-on-the-way")

    luca.context.set_offline(offline=True)
    take(luca, "arrive")
    luca.locator("input[name=code]").fill(code)
    luca.locator("form[action$='/client-code/'] button").click()
    shot(luca, "luca-at-the-door-without-network")
    take(luca, "begin-work")
    tick_most(luca)
    expect(luca.locator("#kept p").first).to_contain_text(re.compile(r"Auf diesem Telefon .*\d"))
    shot(luca, "luca-at-work-without-network")
    again = reopened(luca)
    expect(again.locator("button.task[aria-checked=true]").first).to_be_visible()
    again.locator("button.task[aria-checked=false]").first.click()
    again.fill("textarea[name=words]", "WLAN-Passwort: Sonnenschein7")
    again.locator("form[data-tap=note] button").click()
    expect(again.locator("[data-asks] .error")).to_be_visible()
    again.fill("textarea[name=words]", "Der Router steht jetzt im Flur.")
    again.locator("form[data-tap=note] button").click()
    take(again, "finish")
    expect(again.locator("#next form[data-tap=sign]")).to_be_visible()
    shot(again, "luca-done-without-network")
    expect(anna.get_by_text("ist unterwegs").first).to_be_visible()

    again.context.set_offline(offline=False)
    expect(again.locator("[data-kept-status]")).to_have_text("Alles gesendet.", timeout=30_000)
    expect(again.locator("#refused")).to_have_count(0)
    shot(again, "luca-all-sent")
    expect(anna.locator("form[action$='/code/']").first).to_be_visible()
    anna.locator("summary", has_text="Was gemacht wurde").click()
    expect(anna.get_by_text(re.compile("87[.,]5 Mbit/s")).first).to_be_visible()
    expect(anna.get_by_text("Der Router steht jetzt im Flur.").first).to_be_visible()
    shot(anna, "anna-after-the-cellar")
    complaints[:] = [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said]


def tick_most(luca: Page) -> None:
    """Tick all steps but the last; a number where one is asked for."""
    open_steps = luca.locator("button.task[aria-checked=false]")
    expect(open_steps.first).to_be_visible()
    while (count := open_steps.count()) > 1:
        tick_next(luca)
        expect(open_steps).to_have_count(count - 1)


def reopened(luca: Page) -> Page:
    """Close the app and open it again, still without a network."""
    context, url = luca.context, luca.url
    luca.close()
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(url)
    return page
