"""One call from booking to pay-out, Anna's phone and Luca's side by side."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.walks.conftest import House, Phones

pytestmark = pytest.mark.walk

SHOTS = os.environ.get("MILA_SHOTS", "")
Shot = Callable[[Page, str], None]
# A phone whose clock is two hours fast: what counts is the server's.
TWO_HOURS_FAST = """
const Own = Date;
globalThis.Date = class extends Own {
  constructor(...given) { given.length ? super(...given) : super(Own.now() + 7200000); }
  static now() { return Own.now() + 7200000; }
};
"""


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Shot:
    """Keeps pictures of the way where MILA_SHOTS names a folder."""
    count = [0]

    def take(page: Page, name: str) -> None:
        if SHOTS:
            count[0] += 1
            page.screenshot(path=str(Path(SHOTS) / f"{count[0]:02}-{name}.png"), full_page=True, caret="initial")

    return take


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).first.click()


def test_one_call_from_booking_to_pay_out(house: House, phone: Phones, shot: Shot) -> None:
    anna, luca = phone.of("Anna"), phone.of("Luca")
    luca.add_init_script(TWO_HOURS_FAST)
    sign_in_as_luca(luca, house, shot)
    status = book_as_anna(anna, house, shot)
    accept_as_luca(luca, shot)
    expect(anna.get_by_text("Luca").first).to_be_visible()
    shot(anna, "anna-who-comes")
    visit_as_luca(luca, anna, shot)
    sign_off_as_anna(anna, house, status, shot)
    be_paid_as_luca(luca, anna, house, shot)


def sign_in_as_luca(luca: Page, house: House, shot: Shot) -> None:
    luca.goto(f"{house.url}/")
    shot(luca, "start")
    press(luca, "Luca")
    expect(luca).to_have_url(re.compile("/app/"))
    shot(luca, "luca-home")


def book_as_anna(anna: Page, house: House, shot: Shot) -> str:
    anna.goto(f"{house.url}/book/")
    anna.get_by_role("link", name=re.compile("WLAN")).first.click()
    anna.get_by_role("link", name=re.compile("WLAN zu Hause")).first.click()
    press(anna, "buchen")
    anna.fill("[name=street]", "Bahnhofstrasse")
    anna.fill("[name=house_number]", "1")
    anna.fill("[name=postcode]", "8001")
    anna.fill("[name=town]", "Zürich")
    shot(anna, "anna-address")
    press(anna, "Weiter")
    shot(anna, "anna-time")
    anna.locator("label", has_text=re.compile("So bald wie möglich", re.IGNORECASE)).first.click()
    press(anna, "Weiter")
    anna.fill("[name=name]", "Anna Beispiel")
    anna.fill("[name=email]", "anna@customers.example")
    anna.fill("[name=phone]", "079 123 45 67")
    shot(anna, "anna-contact")
    press(anna, "Weiter")
    shot(anna, "anna-check")
    press(anna, "[Zz]ahlungspflichtig")
    shot(anna, "anna-bank")
    anna.locator("label", has_text="4242").first.click()
    press(anna, "Speichern")
    expect(anna).to_have_url(re.compile("/s/"))
    shot(anna, "anna-searching")
    return anna.url


def accept_as_luca(luca: Page, shot: Shot) -> None:
    expect(luca.get_by_role("button", name="Annehmen")).to_be_visible(timeout=20_000)
    luca.get_by_role("link", name="Details").click()
    expect(luca.get_by_role("button", name="Annehmen")).to_be_visible()
    shot(luca, "luca-offer")
    expect(luca.locator("[data-left]").first).to_have_text(re.compile("^(1:[0-5]\\d|2:00)$"))
    body = luca.locator("main").inner_text()
    assert "Bahnhofstrasse" not in body
    assert "Anna" not in body
    press(luca, "Annehmen")
    shot(luca, "luca-yours")
    luca.get_by_role("link", name="Zum Einsatz").click()
    expect(luca.get_by_text("Bahnhofstrasse").first).to_be_visible()
    shot(luca, "luca-visit")


def take(luca: Page, step: str) -> None:
    luca.locator(f"form[action$='/step/{step}/'] button").click()


def arrive(helper: Page) -> None:
    take(helper, "arrive")
    expect(helper.locator("form[action$='/badge/']")).to_be_visible()


def visit_as_luca(luca: Page, anna: Page, shot: Shot) -> None:
    luca.locator("form[action$='/contact/'] button[value=reached]").click()
    expect(luca.locator("form[action$='/step/set-out/']")).to_be_visible()
    shot(luca, "luca-confirmed")
    take(luca, "set-out")
    expect(anna.get_by_text("ist unterwegs").first).to_be_visible()
    shot(anna, "anna-on-the-way")
    code = anna.locator("#door .figure .code").inner_text()
    arrive(luca)
    luca.locator("input[name=code]").fill(code)
    luca.locator("form[action$='/client-code/'] button").click()
    shot(luca, "luca-introduced")
    take(luca, "begin-work")
    shot(luca, "luca-checklist")
    tick_everything(luca)
    shot(luca, "luca-all-ticked")
    shot(anna, "anna-at-work")
    take(luca, "finish")
    expect(luca.locator("img[src$='qr.svg']")).to_be_visible()
    shot(luca, "luca-done")


def tick_everything(luca: Page) -> None:
    open_steps = luca.locator("button.task[aria-checked=false]")
    expect(open_steps.first).to_be_visible()
    while count := open_steps.count():
        tick_next(luca)
        expect(open_steps).to_have_count(count - 1)


def tick_next(luca: Page) -> None:
    """Tick the first step that is open; with a number where it asks for one."""
    step = luca.locator("button.task[aria-checked=false]").first
    field = luca.locator("li", has=step).locator("input[name=number]")
    if field.count():
        field.fill("87,5")
    step.click()


def whoever_is_asked(*phones: Page) -> Page:
    """Return the phone on which the offer comes in: points decide whose it is, and walks before change them."""
    for _look in range(60):
        for one in phones:
            if one.get_by_role("button", name="Annehmen").count():
                return one
        phones[0].wait_for_timeout(500)
    raise AssertionError("nobody was asked")


def sign_off_as_anna(anna: Page, house: House, status: str, shot: Shot) -> None:
    anna.locator("form[action$='/code/'] button").click()
    expect(anna.locator("[name=code]")).to_be_visible()
    code = code_from_mailbox(anna, house)
    anna.fill("[name=code]", code)
    shot(anna, "anna-sign-off")
    anna.locator("form[action$='/sign-off/'] button").click()
    expect(anna.locator("[name=stars]").first).to_be_attached()
    shot(anna, "anna-rate")
    anna.locator("label", has=anna.locator("[name=stars][value='5']")).first.click()
    anna.wait_for_timeout(4_000)  # the charge arrives meanwhile; what she has chosen stays chosen
    expect(anna.locator("[name=stars][value='5']")).to_be_checked()
    anna.locator("form[action$='/rate/'] button.full").click()
    expect(anna.get_by_text("5 Sterne").first).to_be_visible()
    expect(anna.get_by_role("link", name=re.compile("Quittung|Beleg")).first).to_be_visible()
    shot(anna, "anna-thanks")
    anna.get_by_role("link", name=re.compile("Quittung|Beleg")).first.click()
    expect(anna.get_by_text("CHF 89.00").first).to_be_visible()
    expect(anna.get_by_text("CHF 4.90").first).to_be_visible()
    shot(anna, "anna-receipt")


def code_from_mailbox(anna: Page, house: House) -> str:
    for _ in range(40):
        text = anna.request.get(f"{house.url}/mail/?to=anna@customers.example").text()
        links = re.findall(r"/mail/[0-9a-f-]{36}/", text)
        for link in links[:4]:
            letter = anna.request.get(house.url + link).text()
            if found := re.search(r"\b(\d{3} ?\d{3})\b", re.sub(r"<[^>]+>", " ", letter)):
                return found.group(1).replace(" ", "")
        anna.wait_for_timeout(250)
    raise AssertionError("no code in the mailbox")


def be_paid_as_luca(luca: Page, anna: Page, house: House, shot: Shot) -> None:
    """Released three days after the charge, paid with the run of the next morning, at six."""
    paid = luca.locator(".table .badge.good")
    house.push_clock(anna, 4320)
    for _ in range(5):
        house.push_clock(anna, 360)
        if is_shown(luca, house, paid):
            break
    shot(luca, "luca-earnings")
    expect(luca.get_by_text("CHF 71.20").first).to_be_visible()
    expect(paid).to_be_visible()


def is_shown(luca: Page, house: House, what: Locator) -> bool:
    for _ in range(12):
        luca.goto(f"{house.url}/app/earnings/")
        if what.count():
            return True
        luca.wait_for_timeout(500)
    return False
