"""A booking, an acceptance and a first step by keyboard alone: nothing is clicked, and what has the focus is seen."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.walks.conftest import House, Phones

pytestmark = pytest.mark.walk

FAR = 120  # presses of the tab key: nothing on a page is farther away
SEEN = """(it) => {
    const told = getComputedStyle(it), around = getComputedStyle(it.closest('label') || it);
    return [told, around].some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
        || style.boxShadow !== 'none');
}"""
HAS_FOCUS = "(it) => it === document.activeElement"


def reach(page: Page, what: Locator) -> Locator:
    """Go on with the tab key until it has the focus, and see that it shows."""
    for _press in range(FAR):
        if what.evaluate(HAS_FOCUS):
            assert what.evaluate(SEEN), f"nobody sees where the focus is: {what}"
            return what
        page.keyboard.press("Tab")
    raise AssertionError(f"{what} cannot be reached by keyboard")


def choose(page: Page, what: Locator) -> None:
    reach(page, what)
    page.keyboard.press("Enter")


def write(page: Page, name: str, words: str) -> None:
    reach(page, page.locator(f"[name={name}]"))
    page.keyboard.type(words)


def pick(page: Page, what: Locator) -> None:
    """Choose one of a group: the tab key comes to the group, arrows go on in it, the space bar takes it."""
    group = page.locator(f"input[name={what.get_attribute('name')}]")
    for _press in range(FAR):
        if page.evaluate("document.activeElement?.name") == what.get_attribute("name"):
            break
        page.keyboard.press("Tab")
    for _press in range(group.count()):
        if what.evaluate(HAS_FOCUS):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(what).to_be_checked()


def test_a_visit_is_booked_by_keyboard(house: House, phone: Phones) -> None:
    anna = phone.of("Anna", size={"width": 1280, "height": 900})
    anna.goto(f"{house.url}/book/")
    anna.keyboard.press("Tab")
    expect(anna.locator("a.skip")).to_be_focused()
    choose(anna, anna.get_by_role("link", name=re.compile("WLAN")).first)
    choose(anna, anna.get_by_role("link", name=re.compile("WLAN zu Hause")).first)
    choose(anna, anna.get_by_role("button", name=re.compile("buchen")).first)
    for name, words in (
        ("street", "Bahnhofstrasse"), ("house_number", "1"), ("postcode", "8001"), ("town", "Zürich")
    ):  # fmt: skip
        write(anna, name, words)
    anna.keyboard.press("Enter")
    expect(anna).to_have_url(re.compile("/booking/time/"))
    pick(anna, anna.locator("input[name=slot][value=asap], input[name=slot]:not([value=to_agree])").first)
    anna.keyboard.press("Enter")
    expect(anna).to_have_url(re.compile("/booking/contact/"))
    for name, words in (("name", "Anna Beispiel"), ("email", "anna@customers.example"), ("phone", "079 123 45 67")):
        write(anna, name, words)
    anna.keyboard.press("Enter")
    expect(anna).to_have_url(re.compile("/booking/check/"))
    choose(anna, anna.get_by_role("button", name=re.compile("[Zz]ahlungspflichtig")))
    expect(anna).to_have_url(re.compile("/bank/"))
    pick(anna, anna.locator("input[value='4242']"))
    choose(anna, anna.get_by_role("button", name=re.compile("Speichern")))
    expect(anna).to_have_url(re.compile("/s/"))


def test_a_helper_goes_through_the_app_by_keyboard(house: House, phone: Phones) -> None:
    luca = phone.of("Luca")
    luca.goto(f"{house.url}/")
    choose(luca, luca.get_by_role("button", name=re.compile("Luca")).first)
    expect(luca).to_have_url(re.compile("/app/"))
    for path in ("/app/offers/", "/app/earnings/", "/app/me/"):
        choose(luca, luca.locator(f"nav a[href='{path}']").first)
        expect(luca).to_have_url(re.compile(path))


def test_the_desk_opens_a_call_by_keyboard(house: House, phone: Phones) -> None:
    desk = phone.of("Desk", size={"width": 1280, "height": 900})
    desk.goto(f"{house.url}/")
    choose(desk, desk.locator("form[action='/be/desk/'] button").first)
    expect(desk).to_have_url(re.compile("/desk/"))
    desk.goto(f"{house.url}/desk/?filter=closed")
    choose(desk, desk.locator("main a[href*='/desk/calls/']").first)
    expect(desk.locator("#why-title")).to_be_visible()
