"""Everything but the bank's page works without a script: a call from booking to sign-off, on phones that run none."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.walks.conftest import House, Phones
from tests.walks.test_first_call import book_as_anna, code_from_mailbox, press, take, tick_next

pytestmark = pytest.mark.walk


def come(page: Page, what: Locator, seconds: int = 60) -> Locator:
    """Load the page anew, as people without a script do, until something is there."""
    end = time.monotonic() + seconds
    while not what.count():
        assert time.monotonic() < end, page.locator("main").inner_text()
        page.wait_for_timeout(500)
        page.reload()
    return what.first


def whoever_is_asked(house: House, *phones: Page, seconds: int = 60) -> Page:
    """Return the phone on which the offer comes in: points decide whose it is."""
    end = time.monotonic() + seconds
    while True:
        for one in phones:
            one.goto(f"{house.url}/app/")
            if one.locator("form[action$='/seen/'] button").count():
                return one
        assert time.monotonic() < end, [one.locator("main").inner_text() for one in phones]
        phones[0].wait_for_timeout(500)


def no_picture(_page: Page, _name: str) -> None:
    return


def test_a_call_from_booking_to_sign_off_without_a_script(house: House, phone: Phones) -> None:
    house.prepared("free")
    anna, luca, sara, desk = (phone.plain(name) for name in ("Anna", "Luca", "Sara", "Desk"))
    for one, name in ((luca, "Luca"), (sara, "Sara")):
        one.goto(f"{house.url}/")
        press(one, name)
    status = book_as_anna(anna, house, no_picture)
    helper = whoever_is_asked(house, luca, sara)
    helper.locator("form[action$='/seen/'] button").first.click()
    press(helper, "Annehmen")
    helper.get_by_role("link", name="Zum Einsatz").click()
    helper.locator("form[action$='/contact/'] button[value=reached]").click()
    take(helper, "set-out")
    code = come(anna, anna.locator("#door .figure .code")).inner_text()
    take(helper, "arrive")
    helper.locator("input[name=code]").fill(code)
    helper.locator("form[action$='/client-code/'] button").click()
    take(helper, "begin-work")
    open_steps = helper.locator("button.task[aria-checked=false]")
    while count := open_steps.count():
        tick_next(helper)
        expect(open_steps).to_have_count(count - 1)
    take(helper, "finish")
    come(anna, anna.locator("form[action$='/code/'] button")).click()
    anna.fill("[name=code]", code_from_mailbox(anna, house))
    anna.locator("form[action$='/sign-off/'] button").click()
    expect(anna.locator("[name=stars]").first).to_be_attached()
    assert anna.url.startswith(status.split("#")[0])
    desk.goto(f"{house.url}/")
    desk.locator("form[action='/be/desk/'] button").first.click()
    expect(desk).to_have_url(re.compile("/desk/"))
    desk.goto(f"{house.url}/desk/?filter=closed")
    expect(desk.locator("main h1")).to_be_visible()
