"""A visit in a cellar, and the bad days of a phone: nothing of what a helper taps is lost, and nothing comes twice."""

import random
import re
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Error, FilePayload, Locator, Page, Route, expect
from tests.walks.conftest import House, Phones
from tests.walks.test_first_call import Shot, arrive, shot, take, tick_next

pytestmark = pytest.mark.walk
__all__ = ["shot"]  # a fixture

KEPT = "async () => !!navigator.serviceWorker.controller && !!(await caches.match(location.pathname))"
WITHOUT_NETWORK = re.compile("ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK|htmx:(afterRequest|sendError)")
# The next version of the app's worker, which finds what the last one has kept.
NEXT_WORKER = """async () => {
  await (await caches.open('mila-shell-before')).put('/static/mila/before.js', new Response('before'));
  const changed = new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
  await navigator.serviceWorker.register('/app/worker.js?next', { scope: '/app/' });
  await changed;
}"""

# The next page that the app asks for itself is held back, when it is already made.
ONE_PAGE_IS_LATE = """() => {
  const real = window.fetch;
  window.fetch = async (what, how) => {
    const answer = await real(what, how);
    if (window.late === 'asked for' && how?.headers?.['Mila-Fresh']) {
      window.late = 'held';
      await new Promise((resolve) => { window.letGo = resolve; });
      window.late = 'there';
    }
    return answer;
  };
  window.late = 'asked for';
}"""


def at_the_visit(page: Page, house: House, visit: str) -> Page:
    """Open the app so often that its worker has the page of the visit."""
    page.goto(f"{house.url}/app/")
    page.wait_for_function("() => navigator.serviceWorker.ready.then((it) => it.active.state === 'activated')")
    page.goto(house.url + visit)
    page.wait_for_function(KEPT)
    return page


def a_photo() -> FilePayload:
    """Return a picture that does not get small: half a megabyte of noise."""
    written = BytesIO()
    noise = random.Random(7).randbytes(800 * 600 * 3)
    Image.frombytes("RGB", (800, 600), noise).save(written, "JPEG", quality=90)
    return {"name": "outlet.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


def keep_photo(page: Page) -> None:
    page.set_input_files("form[data-tap=photo] input[type=file]", a_photo())
    page.locator("form[data-tap=photo] button").click()


def sign(page: Page, form: Locator) -> None:
    """Have the client type the name, tick, and sign with a finger."""
    form.locator("[name=name]").fill("Anna Canary")
    form.locator("[name=agreed]").check()
    pad = form.locator("[data-signature] svg")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(form.locator("[name=drawing]")).to_have_value(re.compile(r"^M\d+ \d+ L"))


def ask_for_more(page: Page) -> None:
    """Ask for extra work, and let the client agree to it by hand."""
    page.locator("#change summary", has_text="Änderung").click()
    form = page.locator("form[data-tap=change]")
    form.locator("[name=reason][value=more_work]").check(force=True)
    form.locator("[name=words]").fill("Der Kabelkanal fehlt.")
    form.locator("[name=extra]").fill("Kabelkanal")
    form.locator("[name=amount]").fill("39")
    agree(page, form, re.compile(r"132[.,]90"))


def ask_for_a_package(page: Page) -> None:
    """Ask for a package more, and let the client agree to it by hand."""
    page.locator("#change summary", has_text="Änderung").click()
    form = page.locator("form[data-tap=change]")
    form.locator("[name=reason][value=one_more]").check(force=True)
    form.locator("[name=words]").fill("Ein Kabel fehlt.")
    form.locator("[name=add_1]").select_option("walked-cable")
    agree(page, form, re.compile(r"122[.,]90"))


def agree(page: Page, form: Locator, total: re.Pattern[str]) -> None:
    """Send what was asked for, and let the client sign for the total."""
    expect(form.locator("[data-price] b")).to_have_text(total)
    form.locator("button:not([name])").click()
    kept = page.locator("[data-change=kept]")
    expect(kept.locator("tfoot td")).to_have_text(total)
    kept.locator("summary").click()
    sign(page, kept.locator("form[data-tap=agree]"))
    kept.locator("form[data-tap=agree] button.big").click()
    expect(kept.locator("[data-change-is=agreed]")).to_be_visible()


def tick_all(page: Page) -> None:
    open_steps = page.locator("button.task[aria-checked=false]")
    expect(open_steps.first).to_be_visible()
    while count := open_steps.count():
        tick_next(page)
        expect(open_steps).to_have_count(count - 1)


def note(page: Page, words: str) -> None:
    page.fill("form[data-tap=note] textarea", words)
    page.locator("form[data-tap=note] button").click()


def heard_but_not_answered(route: Route) -> None:
    """Let the server have what is sent, and the phone never know of it."""
    with suppress(Error):  # the page may be gone before the server has answered
        route.fetch()
        route.abort()


def excused(complaints: list[str]) -> None:
    complaints[:] = [said for said in complaints if not WITHOUT_NETWORK.search(said)]


def test_a_visit_without_a_network(house: House, phone: Phones, shot: Shot, complaints: list[str]) -> None:
    rows = house.prepared("visit")
    mia = at_the_visit(phone.signed_in("Mia", rows["helper"]), house, rows["visit"])
    mia.context.set_offline(offline=True)
    arrive(mia)
    mia.locator("input[name=code]").fill(rows["code"])
    mia.locator("form[data-tap=client-code] button").click()
    shot(mia, "at-the-door-without-network")
    take(mia, "begin-work")
    keep_photo(mia)
    expect(mia.locator("#next [data-photos]")).to_have_text("Aufbewahrte Fotos: 1")
    ask_for_more(mia)
    shot(mia, "agreed-without-network")
    tick_all(mia)
    mia.locator("#say summary").click()
    mia.locator("#say button[value=thanks]").click()
    again = reopened(mia)
    expect(again.locator("button.task[aria-checked=true]").first).to_be_visible()
    note(again, "WLAN-Passwort: Sonnenschein7")
    expect(again.locator("#notes [data-asks] .error")).to_be_visible()
    note(again, "Der Router steht jetzt im Flur.")
    take(again, "finish")
    shot(again, "done-without-network")
    sign(again, again.locator("#next form[data-tap=sign]"))
    expect(again.locator("#next tfoot td")).to_have_text(re.compile(r"132[.,]90"))
    again.locator("#next form[data-tap=sign] button.big").click()
    expect(again.locator("#next")).to_contain_text("aufbewahrt")
    again.locator("#kept summary").click()
    expect(again.locator("#kept ol li")).to_have_count(15)
    shot(again, "all-of-it-waits")

    again.context.set_offline(offline=False)
    expect(again.locator("#kept")).to_be_hidden(timeout=60_000)
    expect(again.locator("#refused")).to_have_count(0)
    again.locator("#sent summary").click()
    expect(again.locator("#sent .badge.good")).to_have_count(15)
    shot(again, "all-sent")
    anna = phone.of("Anna")
    anna.goto(house.url + rows["status"])
    for words in (r"87[.,]5 Mbit/s", r"Der Router steht jetzt im Flur\.", r"132[.,]90"):
        expect(anna.get_by_text(re.compile(words))).not_to_have_count(0)
    shot(anna, "anna-after-the-cellar")
    excused(complaints)


def test_the_steps_of_a_package_that_is_added_in_the_cellar(
    house: House, phone: Phones, shot: Shot, complaints: list[str]
) -> None:
    rows = house.prepared("visit")
    mia = at_the_visit(phone.signed_in("Mia", rows["helper"]), house, rows["visit"])
    mia.context.set_offline(offline=True)
    take(mia, "arrive")
    mia.locator("form[data-tap=badge] button").click()
    take(mia, "begin-work")
    cable = mia.locator("#checklist li", has_text="Kabel verlegen")
    expect(cable).to_have_count(0)
    ask_for_a_package(mia)
    expect(cable).to_have_count(1)
    tick_all(mia)
    shot(mia, "steps-of-an-added-package")
    again = reopened(mia)
    expect(again.locator("#checklist li", has_text="Kabel verlegen").locator("button.task")).to_have_attribute(
        "aria-checked", "true"
    )
    take(again, "finish")
    again.context.set_offline(offline=False)
    expect(again.locator("#kept")).to_be_hidden(timeout=60_000)
    expect(again.locator("#refused")).to_have_count(0)
    anna = phone.of("Anna")
    anna.goto(house.url + rows["status"])
    expect(anna.get_by_text("Kabel verlegen")).not_to_have_count(0)
    expect(anna.get_by_text(re.compile(r"122[.,]90"))).not_to_have_count(0)
    excused(complaints)


def test_an_upload_is_cut_the_app_is_closed_and_another_version_comes(
    house: House, phone: Phones, tmp_path: Path, complaints: list[str]
) -> None:
    rows = house.prepared("visit")
    mia = phone.lasting("Mia", tmp_path / "phone")
    phone.sign_in(mia, rows["helper"])
    at_the_visit(mia, house, rows["visit"])
    take(mia, "arrive")
    mia.locator("form[data-tap=badge] button").click()
    take(mia, "begin-work")
    expect(mia.locator("form[data-tap=photo]")).to_be_visible()
    expect(mia.locator("[data-kept-status]")).to_have_text(re.compile("gesendet"))

    mia.context.route("**/app/kept/", lambda _route: None)  # so thin a line that it never comes to its end
    with mia.expect_request(re.compile("/app/kept/")):
        keep_photo(mia)
    expect(mia.locator("#next [data-photos]")).to_have_text("Aufbewahrte Fotos: 1")
    note(mia, "Vor dem Schliessen geschrieben.")
    expect(mia.locator("[data-notes] p")).to_have_text("Vor dem Schliessen geschrieben.")
    mia.goto("about:blank")
    mia.context.close()

    mia = phone.lasting("Mia", tmp_path / "phone")
    mia.context.set_offline(offline=True)
    mia.goto(house.url + rows["visit"])
    expect(mia.locator("#next [data-photos]")).to_have_text("Aufbewahrte Fotos: 1")
    expect(mia.locator("[data-notes] p")).to_have_text("Vor dem Schliessen geschrieben.")

    mia.context.route("**/app/kept/", heard_but_not_answered)
    mia.context.set_offline(offline=False)
    mia.evaluate(NEXT_WORKER)
    mia.reload()
    expect(mia.locator("#kept p").first).to_contain_text("2 warten")
    assert mia.evaluate("caches.match('/static/mila/before.js').then(Boolean)"), "pages of the last version need it"
    mia.context.unroute("**/app/kept/")
    mia.reload()
    expect(mia.locator("#kept")).to_be_hidden(timeout=60_000)
    expect(mia.locator("main img[src*='/photos/']")).to_have_count(1)
    expect(mia.locator("#notes p", has_text="Vor dem Schliessen")).to_have_count(1)
    excused(complaints)


def test_two_phones_of_one_helper_side_by_side(house: House, phone: Phones, complaints: list[str]) -> None:
    rows = house.prepared("visit")
    first = at_the_visit(phone.signed_in("Mia", rows["helper"]), house, rows["visit"])
    first.context.set_offline(offline=True)
    take(first, "arrive")
    first.locator("form[data-tap=badge] button").click()
    take(first, "begin-work")
    first.locator("button.task[aria-checked=false]").first.click()
    note(first, "Auf dem ersten Telefon.")

    second = at_the_visit(phone.signed_in("Mia again", rows["second"]), house, rows["visit"])
    take(second, "arrive")
    second.locator("form[data-tap=badge] button").click()
    take(second, "begin-work")
    note(second, "Auf dem zweiten Telefon.")
    expect(second.locator("[data-kept-status]")).to_have_text(re.compile("gesendet"))

    first.context.set_offline(offline=False)
    told = first.locator("#kept ul li")
    expect(told.first).to_contain_text("schneller", timeout=30_000)
    for words in ("Auf dem ersten Telefon.", "Auf dem zweiten Telefon."):
        for page in (first, second):
            expect(page.locator("#notes p", has_text=words)).to_have_count(1, timeout=30_000)
    while count := told.count():
        told.first.locator("[data-away]").click()
        expect(told).to_have_count(count - 1)
    expect(second.locator("button.task").first).to_have_attribute("aria-checked", "true")
    second.locator("button.task[aria-checked=false]").last.click()
    expect(first.locator("button.task").last).to_have_attribute("aria-checked", "true", timeout=30_000)
    excused(complaints)


def test_an_older_page_does_not_come_after_a_newer_one(house: House, phone: Phones, complaints: list[str]) -> None:
    rows = house.prepared("visit")
    first = at_the_visit(phone.signed_in("Mia", rows["helper"]), house, rows["visit"])
    take(first, "arrive")
    first.locator("form[data-tap=badge] button").click()
    take(first, "begin-work")
    expect(first.locator("[data-kept-status]")).to_have_text(re.compile("gesendet"))
    second = at_the_visit(phone.signed_in("Mia again", rows["second"]), house, rows["visit"])

    first.evaluate(ONE_PAGE_IS_LATE)
    steps, on_second = first.locator("button.task"), second.locator("button.task")
    on_second.first.click()
    first.wait_for_function("() => window.late === 'held'")
    steps.last.click()
    expect(steps.last).to_have_attribute("aria-checked", "true")
    expect(on_second.last).to_have_attribute("aria-checked", "true")
    first.evaluate("() => window.letGo()")
    first.wait_for_function("() => window.late === 'there'")
    expect(first.locator("[data-kept-status]")).to_have_text(re.compile("gesendet"))
    for step in (steps.first, steps.last):
        expect(step).to_have_attribute("aria-checked", "true")
    first.wait_for_timeout(2_000)  # nothing older comes after it
    for step in (steps.first, steps.last):
        expect(step).to_have_attribute("aria-checked", "true")
    excused(complaints)


def test_what_is_typed_while_the_step_before_is_kept_stays(house: House, phone: Phones, complaints: list[str]) -> None:
    rows = house.prepared("visit")
    mia = at_the_visit(phone.signed_in("Mia", rows["helper"]), house, rows["visit"])
    mia.context.set_offline(offline=True)
    code = mia.locator("input[name=code]")
    code.press_sequentially("12")
    mia.evaluate("document.querySelector('form[data-tap=arrive]').requestSubmit()")
    expect(mia.locator("form[data-tap=closed]")).to_be_visible()
    expect(code).to_be_focused()
    mia.keyboard.type("34")
    expect(code).to_have_value("1234")

    mia.locator("form[data-tap=badge] button").click()
    expect(code).to_be_hidden()
    mia.context.set_offline(offline=False)
    # What somebody had begun to type where nothing is asked any more does not keep the server's page away.
    expect(mia.locator("#next")).not_to_contain_text("Aufbewahrt", timeout=60_000)
    expect(mia.locator("#next")).to_contain_text("Sie haben Foto und Ausweis gezeigt")
    excused(complaints)


def test_a_tap_counts_though_a_fresh_page_comes_under_the_finger(
    house: House, phone: Phones, complaints: list[str]
) -> None:
    rows = house.prepared("visit")
    mia = at_the_visit(phone.signed_in("Mia", rows["helper"]), house, rows["visit"])
    mia.evaluate(ONE_PAGE_IS_LATE)
    take(mia, "arrive")
    mia.wait_for_function("() => window.late === 'held'")
    mia.locator("form[data-tap=badge] button").hover()
    mia.mouse.down()
    mia.evaluate("() => window.letGo()")
    mia.wait_for_function("() => window.late === 'there'")
    mia.wait_for_timeout(1_000)
    mia.mouse.up()
    expect(mia.locator("form[data-tap=begin-work]")).to_be_visible()
    expect(mia.locator("[data-kept-status]")).to_have_text(re.compile("gesendet"))
    excused(complaints)


def reopened(page: Page) -> Page:
    """Close the app and open it again, still without a network."""
    context, url = page.context, page.url
    page.close()
    found = context.new_page()
    found.set_default_timeout(30_000)
    found.goto(url)
    return found
