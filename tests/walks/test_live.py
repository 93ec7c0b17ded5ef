"""A page that is told of changes, an app without a network, and a phone that rings: in a real browser."""

import json
import re
import time
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, expect
from tests.walks.conftest import House, Phones

pytestmark = pytest.mark.walk

KEEPS = "(path) => caches.match(path).then(Boolean)"
SHOWN = """() => navigator.serviceWorker.ready.then((it) => it.getNotifications())
    .then((all) => all.length && { title: all[0].title, path: all[0].data })"""
CONTROLLED = "() => navigator.serviceWorker.ready.then((it) => it.active.state === 'activated')"


def sign_in(page: Page, house: House, name: str = "Luca") -> None:
    page.goto(f"{house.url}/")
    page.get_by_role("button", name=re.compile(name)).first.click()
    expect(page).to_have_url(re.compile("/app/"))


def until(page: Page, promise: str, arg: str = "") -> Any:
    """Ask again until the promise is kept with something true."""
    deadline = time.monotonic() + 60  # both cores are busy with the other tests meanwhile
    while not (found := page.evaluate(promise, arg)) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert found
    return found


def keep_the_day(page: Page, house: House) -> None:
    """Open the app so often that its service worker has the day's page."""
    until(page, CONTROLLED)
    page.reload()
    until(page, KEEPS, "/app/")


def test_a_page_with_a_stream_asks_only_when_told(house: House, phone: Phones) -> None:
    luca = phone.of("Luca")
    asked: list[float] = []
    sign_in(luca, house)
    with luca.expect_response(re.compile("/stream/")):
        luca.goto(f"{house.url}/app/")
    luca.on("request", lambda request: asked.append(time.monotonic()) if "/app/live/" in request.url else None)
    luca.wait_for_timeout(10_000)
    assert len(asked) <= 1  # every three seconds without a stream


def with_another_mark(route: Route) -> None:
    """Ask as a page would that shows something else, so that it is renewed."""
    route.continue_(url=re.sub(r"was=[^&]*", "was=other", route.request.url))


def test_nothing_is_renewed_under_a_finger(house: House, phone: Phones) -> None:
    luca = phone.of("Luca")
    sign_in(luca, house)
    part = luca.locator("#live")
    part.dispatch_event("pointerdown")
    part.evaluate("(it) => { it.dataset.old = '1'; }")
    luca.route("**/app/live/**", with_another_mark)
    with luca.expect_response(lambda answer: "/app/live/" in answer.url and answer.status == 200):
        part.evaluate("(it) => it.dispatchEvent(new Event('mila:changed'))")
    luca.wait_for_timeout(500)
    expect(luca.locator("#live[data-old]")).to_have_count(1)
    part.dispatch_event("pointerup")
    expect(luca.locator("#live[data-old]")).to_have_count(0)


def test_without_a_network_the_day_is_still_there(house: House, phone: Phones, complaints: list[str]) -> None:
    luca = phone.of("Luca")
    sign_in(luca, house)
    keep_the_day(luca, house)
    named = luca.locator("a.visit").count()
    luca.context.set_offline(True)
    luca.goto(f"{house.url}/app/")
    expect(luca.locator("[data-offline]")).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(luca.locator("a.visit")).to_have_count(named)
    luca.goto(f"{house.url}/app/earnings/")
    expect(luca.get_by_role("link", name=re.compile("Einsätze")).first).to_be_visible()
    luca.context.set_offline(False)
    with suppress(Error):  # a page from the store makes itself anew as soon as there is a network, and may be faster
        luca.goto(f"{house.url}/app/")
    expect(luca).to_have_url(f"{house.url}/app/")
    expect(luca.locator("[data-offline]")).to_be_hidden()
    complaints[:] = [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said]


def test_who_signs_out_leaves_nothing_on_the_phone(house: House, phone: Phones) -> None:
    luca = phone.of("Luca")
    sign_in(luca, house)
    keep_the_day(luca, house)
    luca.goto(f"{house.url}/app/me/")
    luca.locator("form[action='/sign-out/'] button").click()
    expect(luca).to_have_url(re.compile("sign-in"))
    assert not luca.evaluate(KEEPS, "/app/")


def test_a_phone_rings_and_says_that_it_has_the_offer(house: House, phone: Phones) -> None:
    luca = phone.of("Luca")
    sign_in(luca, house)
    luca.context.grant_permissions(["notifications"], origin=house.url)
    keep_the_day(luca, house)
    devtools = luca.context.new_cdp_session(luca)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: registrations.extend(one["registrationId"] for one in said["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    for _look in range(100):
        if registrations:
            break
        luca.wait_for_timeout(100)
    said = {"title": "A new offer", "text": "Please answer.", "opens": f"{house.url}/app/offers/none/"}
    message = {"origin": house.url, "registrationId": registrations[0], "data": json.dumps(said)}
    devtools.send("ServiceWorker.deliverPushMessage", message)
    shown = until(luca, SHOWN)
    assert shown == {"title": "A new offer", "path": "/app/offers/none/"}


def test_in_the_demonstration_the_word_to_a_device_is_read_in_the_mailbox(house: House, phone: Phones) -> None:
    luca = phone.of("Luca")
    sign_in(luca, house)
    luca.goto(f"{house.url}/app/me/")
    luca.locator("form[action='/app/me/devices/'] button").click()
    expect(luca.locator("form[action*='/remove/']").first).to_be_visible()
    luca.goto(f"{house.url}/mail/?channel=push")
    expect(luca.locator("nav.tabs [aria-current=page]")).to_have_text("Push")
