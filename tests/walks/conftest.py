"""Walks go through the whole house as `./run` starts it, with a clock that can be pushed, in a real browser."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PHONE: ViewportSize = {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
SECONDS_TO_START = 240
PATIENCE_MS = 30_000  # both cores are busy with the other tests meanwhile
expect.set_options(timeout=PATIENCE_MS)

# Pages that load something from elsewhere, or log an error, fail the walk.
IGNORED_CONSOLE = re.compile(r"favicon")


@dataclass(frozen=True)
class House:
    """A running demonstration at its own address; `state` is its folder, None where somebody else runs it."""

    url: str
    state: Path | None = None

    def prepared(self, kind: str) -> dict[str, str]:
        """Return what `rows.py` has made in the house: a helper of this walk's own, with a visit of that kind."""
        if self.state is None:
            pytest.skip("nothing can be prepared in a house that somebody else runs")
        program = f"from tests.walks.rows import main; main({kind!r})"
        command = [sys.executable, "-m", "mila", "manage", "shell", "--no-imports", "--command", program]
        found = subprocess.run(
            command, cwd=ROOT, env=_environment(self.state), capture_output=True, text=True, check=False
        )
        assert found.returncode == 0, found.stderr
        rows: dict[str, str] = json.loads(found.stdout.splitlines()[-1])
        return rows

    def push_clock(self, page: Page, minutes: int) -> None:
        page.request.get(f"{self.url}/clock/")
        token = {cookie.get("name"): cookie.get("value") for cookie in page.context.cookies()}["csrftoken"]
        answer = page.request.post(
            f"{self.url}/clock/", form={"by": str(minutes), "csrfmiddlewaretoken": str(token)}, max_redirects=0
        )
        assert answer.status == 302


@pytest.fixture(scope="session", autouse=True)
def _walks_are_possible() -> None:
    if os.environ.get("MILA_WALKS") == "0":
        pytest.skip("no browser could be had: walks are left out", allow_module_level=False)


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if given := os.environ.get("MILA_WALK_AT"):
        yield House(given, Path(os.environ["MILA_STATE"]) if "MILA_STATE" in os.environ else None)
        return
    state = tmp_path_factory.mktemp("house")
    for folder in (state, *state.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    port = _free_port()
    environment = _environment(state) | {"MILA_PORT": str(port)}
    log = (state / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "mila"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, state / "log")
        yield House(url, state)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        log.close()


@pytest.fixture(scope="package")
def browser_of_walks(django_db_setup: None) -> Iterator[Browser]:
    # The database first: beside a browser's loop its set-up is refused.
    with sync_playwright() as playwright:
        browser = _launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browsers complain about on the way; a walk ends well only without any."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def phone(browser_of_walks: Browser, complaints: list[str], house: House) -> Iterator["Phones"]:
    phones = Phones(browser_of_walks, complaints, house)
    yield phones
    phones.put_away()


class Phones:
    """Phones of people, each with its own browser context."""

    def __init__(self, browser: Browser, complaints: list[str], house: House) -> None:
        self._browser, self._complaints, self._house = browser, complaints, house
        self._contexts: list[BrowserContext] = []

    def at(self, house: House) -> "Phones":
        """Return phones for the same house under another name, put away with these."""
        others = Phones(self._browser, self._complaints, house)
        others._contexts = self._contexts
        return others

    def plain(self, name: str) -> Page:
        """Return a phone whose browser runs no script."""
        return self._page(name, self._browser.new_context(viewport=PHONE, locale="de-CH", java_script_enabled=False))

    def of(self, name: str, *, locale: str = "de-CH", size: ViewportSize | None = None) -> Page:
        wanted = size or PHONE
        viewport: ViewportSize = {"width": wanted["width"], "height": wanted["height"]}
        return self._page(name, self._browser.new_context(viewport=viewport, locale=locale))

    def signed_in(self, name: str, session: str, *, size: ViewportSize | None = None) -> Page:
        """Return the phone, or tablet, of somebody whose session `rows.py` has begun."""
        page = self.of(name, size=size)
        self.sign_in(page, session)
        return page

    def sign_in(self, page: Page, session: str) -> None:
        """Give the phone the session, which outlasts its browser."""
        lasts = time.time() + 86400
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": self._house.url, "expires": lasts}])

    def lasting(self, name: str, folder: Path) -> Page:
        """Return a phone that keeps in a folder what it keeps: it can be closed, and opened again as it was."""
        launch = self._browser.browser_type.launch_persistent_context
        path = os.environ.get("MILA_CHROMIUM") or None
        return self._page(name, launch(folder, executable_path=path, args=FLAGS, viewport=PHONE, locale="de-CH"))

    def _page(self, name: str, context: BrowserContext) -> Page:
        self._contexts.append(context)
        page = context.pages[0] if context.pages else context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: self._note(name, said.type, f"{said.text} {said.location.get('url', '')}"))
        page.on("pageerror", lambda fault: self._complaints.append(f"{name}: {fault}"))
        page.on("request", lambda request: self._only_home(name, request.url))
        return page

    def put_away(self) -> None:
        for context in self._contexts:
            context.close()  # a second time, it does nothing

    def _note(self, name: str, kind: str, text: str) -> None:
        if kind == "error" and not IGNORED_CONSOLE.search(text):
            self._complaints.append(f"{name}: {text}")

    def _only_home(self, name: str, url: str) -> None:
        if not url.startswith((self._house.url, "data:", "blob:")):
            self._complaints.append(f"{name} asked elsewhere: {url}")


def _environment(state: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "MILA_MODE"}}
    return inherited | {"MILA_STATE": str(state)}


def _launched(playwright: Playwright) -> Browser:
    path = os.environ.get("MILA_CHROMIUM") or None
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the house did not start:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(f"{url}/book/", timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"the house does not answer:\n{log.read_text()}")
