"""Lighthouse on a phone's terms (processor slowed 6 x, 1.6 Mbit/s, 150 ms): booking, status, offer and visit page.

Starts a house of its own, books in a real browser, and has each page audited five times; prints the median of every
category. The helper's pages are looked at by a browser that is signed in; where another page came than the one asked
for, as the sign-in would be, the run ends. Needs Node.js with `npx`, which fetches Lighthouse; a run takes some ten
minutes. For a quiet machine.
"""

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from tests.walks import test_first_call as walk
from tests.walks.conftest import FLAGS, House, Phones

from benchmarks.first_page import started, wait_for

ROOT = Path(__file__).parents[1]
LIGHTHOUSE = "lighthouse@12.8.2"
TIMES = 5
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PHONE = (
    "--form-factor=mobile",
    "--throttling-method=simulate",
    "--throttling.cpuSlowdownMultiplier=6",
    "--throttling.throughputKbps=1638.4",
    "--throttling.rttMs=150",
)
GREEN = 0.9  # as Lighthouse colours it
NOBODY, SIGNED_IN = "nobody", "signed-in"
A_DAY_SECONDS = 86400
WEIGHT, BLOCKED = "total-byte-weight", "total-blocking-time"
Report = dict[str, Any]


def main() -> None:
    """Measure and print."""
    if shutil.which("npx") is None:
        raise SystemExit("Lighthouse needs Node.js: apt install npm")
    times = int(sys.argv[1]) if sys.argv[1:] else TIMES
    folder = Path(tempfile.mkdtemp(prefix="mila-lighthouse-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    process = started(ROOT, url, state=folder / "state")
    try:
        wait_for(f"{url}/book/", process)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
            _measure(browser, House(url), times, folder)
            browser.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _measure(browser: Browser, house: House, times: int, folder: Path) -> None:
    phones = Phones(browser, [], house)
    luca = phones.of("Luca")
    walk.sign_in_as_luca(luca, house, _no_picture)
    _keep_signed_in(browser, luca, house, folder)
    print(f"{'page':9}" + "".join(f"{name:>16}" for name in (*CATEGORIES, "blocked ms", "kB")))
    _print("booking", [_audit(f"{house.url}/book/", folder) for _time in range(times)])
    _print("offer", [_fresh_offer(phones, luca, house, folder) for _time in range(times)])
    status = _book(phones, house)
    walk.accept_as_luca(luca, _no_picture)
    visit = _put_down(luca)
    _print("status", [_audit(status, folder) for _time in range(times)])
    _print("visit", [_audit(visit, folder, SIGNED_IN) for _time in range(times)])


def _fresh_offer(phones: Phones, luca: Page, house: House, folder: Path) -> Report:
    """Return what is found on an offer that is still open, and decline it: two minutes are too short for five looks."""
    _book(phones, house)
    _offer(luca, house)
    found = _audit(_put_down(luca), folder, SIGNED_IN)
    _decline(luca, house)
    return found


def _book(phones: Phones, house: House) -> str:
    """Book, and close the browser: a page that shows a search moves all the time, and would be measured along."""
    anna = phones.of("Anna")
    status = walk.book_as_anna(anna, house, _no_picture)
    anna.context.close()
    return status


def _put_down(phone: Page) -> str:
    """Return where the phone is, which shows nothing from now on."""
    url = phone.url
    phone.goto("about:blank")
    return url


def _offer(luca: Page, house: House) -> None:
    luca.goto(f"{house.url}/app/")
    luca.get_by_role("link", name="Details").click()
    luca.get_by_role("button", name="Annehmen").wait_for()


def _decline(luca: Page, house: House) -> None:
    _offer(luca, house)
    luca.locator("form[action$='/decline/'] button").first.click()
    luca.get_by_role("heading", name="Abgelehnt").wait_for()
    luca.goto(f"{house.url}/app/")


def _keep_signed_in(browser: Browser, luca: Page, house: House, folder: Path) -> None:
    """Have a folder of a browser in which Luca is signed in; a header that is sent along the scripts do without."""
    session = next(one for one in luca.context.cookies() if one.get("name") == "sessionid")
    lasts = time.time() + A_DAY_SECONDS
    kept = browser.browser_type.launch_persistent_context(folder / SIGNED_IN, executable_path=_chromium(), args=FLAGS)
    kept.add_cookies([{"name": "sessionid", "value": str(session.get("value")), "url": house.url, "expires": lasts}])
    kept.close()


def _audit(url: str, folder: Path, profile: str = NOBODY) -> Report:
    only = f"--only-categories={','.join(CATEGORIES)}"
    chrome = f"--chrome-flags=--headless=new --no-sandbox --disable-gpu --user-data-dir={folder / profile}"
    command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", only, chrome, *PHONE]
    environment = os.environ | {"CHROME_PATH": _chromium()}
    for _again in range(3):  # a browser that does not come up says nothing about the page
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
        if said.returncode == 0:
            report: Report = json.loads(said.stdout)
            _is_about(url, report)
            return report
    raise SystemExit(f"Lighthouse does not run: {said.stderr[-2000:]}")


def _is_about(url: str, report: Report) -> None:
    asked = report["audits"]["network-requests"]["details"]["items"]
    documents = [one["url"] for one in asked if one.get("resourceType") == "Document"]
    if documents != [url]:
        raise SystemExit(f"asked for {url}, audited {documents}")


def _print(page: str, reports: list[Report]) -> None:
    scores = [statistics.median(one["categories"][name]["score"] * 100 for one in reports) for name in CATEGORIES]
    others = [statistics.median(one["audits"][name]["numericValue"] for one in reports) for name in (BLOCKED, WEIGHT)]
    figures = [*scores, others[0], others[1] / 1000]
    print(f"{page:9}" + "".join(f"{figure:16.0f}" for figure in figures), flush=True)
    for name in CATEGORIES:
        for audit in reports[0]["categories"][name]["auditRefs"]:
            found = reports[0]["audits"][audit["id"]]
            if audit["weight"] and found["score"] is not None and found["score"] < GREEN:
                print(f"          {name}: {found['title']} {found.get('displayValue', '')}", flush=True)


def _chromium() -> str:
    return os.environ.get("MILA_CHROMIUM") or "/usr/bin/chromium"


def _no_picture(_page: object, _name: str) -> None:
    return None


if __name__ == "__main__":
    main()
