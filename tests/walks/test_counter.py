"""The counter of a branch on its tablet: finds, compares, takes the code, locks, refuses, takes back."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from tests.walks.conftest import House, Phones
from tests.walks.test_first_call import Shot, shot

pytestmark = pytest.mark.walk
__all__ = ["shot"]  # a fixture

TABLET: ViewportSize = {"width": 768, "height": 1024}


def find(tablet: Page, house: House, number: str) -> None:
    """Type the number as somebody types it in a hurry."""
    tablet.goto(f"{house.url}/branch/")
    tablet.fill("[name=number]", number.replace("-", "").lower())
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_role("heading", level=1)).to_have_text(number)


def hand_out(tablet: Page, code: str) -> None:
    tablet.locator("[name=id_matches]").check()
    tablet.locator("form[action$='/hand-out/'] [name=code]").fill(code)
    tablet.locator("form[action$='/hand-out/'] button").click()


def code_in_the_app(helper: Page) -> str:
    return re.sub(r"\D", "", helper.locator("#errand .figure .code").inner_text())


def test_a_parcel_over_the_counter(house: House, phone: Phones, shot: Shot, complaints: list[str]) -> None:
    rows = house.prepared("counter")
    tablet = phone.signed_in("Counter", rows["counter"], size=TABLET)
    helper = phone.signed_in("Mia", rows["helper"])
    helper.goto(house.url + rows["visit"])
    find(tablet, house, rows["number"])
    expect(tablet.locator("main")).to_contain_text(f"{rows['name']} M.")
    assert "Canary" not in tablet.locator("main").inner_text()
    shot(tablet, "who-fetches")
    tablet.locator("form[action$='/hand-out/'] button").click()
    expect(tablet.locator(".error").first).to_be_visible()

    right = code_in_the_app(helper)
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(5):
        hand_out(tablet, wrong)
    expect(tablet.locator(".callout.bad")).to_be_visible()
    expect(tablet.locator("form[action$='/hand-out/']")).to_have_count(0)
    expect(helper.locator("#errand .badge.bad")).to_be_visible(timeout=40_000)
    shot(tablet, "locked")
    unlock(phone.of("Desk", size={"width": 1280, "height": 900}), house, rows["number"])
    new = code_in_the_app(helper)
    assert new != right, "who tried the old one tries in vain"
    find(tablet, house, rows["number"])
    hand_out(tablet, new)
    expect(tablet.locator("main .badge.good")).to_be_visible()
    shot(tablet, "handed-out")
    expect(helper.locator("#errand .badge.good")).to_be_visible(timeout=40_000)

    find(tablet, house, rows["missing"])
    tablet.locator("details:has(form[action$='/fault/']) summary").click()
    tablet.locator("[name=fault][value=not_there]").check(force=True)
    tablet.locator("form[action$='/fault/'] button").click()
    expect(tablet.locator("main .badge.bad")).to_be_visible()

    find(tablet, house, rows["back"])
    shot(tablet, "has-to-come-back")
    tablet.locator("[name=state][value=sound]").check(force=True)
    tablet.locator("form[action$='/back/'] button").click()
    expect(tablet.locator("main .badge.good")).to_be_visible()
    shot(tablet, "is-back")
    assert tablet.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]
    complaints[:] = [said for said in complaints if not re.search("status of 42[23]", said)]


def unlock(desk: Page, house: House, number: str) -> None:
    """Have the desk look into it, and unlock the errand with a reason."""
    desk.goto(f"{house.url}/")
    desk.locator("form[action='/be/desk/'] button").first.click()
    expect(desk).to_have_url(re.compile("/desk/"))
    desk.goto(f"{house.url}/desk/parcels/")
    desk.locator("li", has_text=number).locator("a[href*='unlock']").click()
    desk.fill("[name=reason]", "Called the helper, who is who the ID card says.")
    desk.locator("form:has([name=reason]) button").click()
    expect(desk).to_have_url(re.compile("/desk/"))
