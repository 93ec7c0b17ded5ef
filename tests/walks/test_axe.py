"""axe looks at every page of every door on a phone, as everybody who may go there.

The addresses come from who_may.py, which knows every route of the house, so that a new page is looked at by itself.
What is reached only through a story (booking, offer, visit, sign-off) axe sees in test_first_call.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.house.who_may import WHO_MAY, Who
from tests.walks.conftest import House, Phones

pytestmark = [pytest.mark.walk, pytest.mark.xdist_group("walks")]

GRAVE = {"serious", "critical"}
ONLY = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
LINK = re.compile(r"""\b(?:href|action|src|hx-get|hx-post|value)="(/[^"?#]*)""")
SHAPES = {"uuid": "[0-9a-f-]{36}", "slug": r"[-\w]+", "str": "[^/]+"}
KINDS_OF_ONE_PAGE = 1

DOORS: dict[str, set[Who]] = {
    "": {Who.EVERYBODY, Who.WHO_HAS_THE_LINK, Who.DEMONSTRATION},
    "luca": {Who.HELPERS, Who.ITS_HELPER, Who.SIGNED_IN, Who.ITS_ACCOUNT},
    "desk": {Who.DESK, Who.DESK_LATER, Who.SIGNED_IN},
}
# Where a plain GET finds nothing in the demonstration as it begins, and why.
BEYOND = {
    "sign-in/<str:key>/": "the key of a mail opens once; test_passkeys walks through the entrance",
    "s/<slug:key>/time/<slug:word>/": "answers POST alone; nobody has asked for another time yet",
    "app/visits/<uuid:call_id>/step/<slug:name>/": "answers POST alone; Luca has no visit ahead yet",
    "desk/proofs/<uuid:helper_id>/": "the list names a helper only once there is something to look at",
    "desk/proofs/<uuid:held_id>/withdraw/": "answers POST alone; the same",
    "security/passkeys/<uuid:passkey_id>/rename/": "answers POST alone; there is no passkey yet",
    "security/passkeys/<uuid:passkey_id>/remove/": "answers POST alone; there is no passkey yet",
    "desk/points/<uuid:weights_id>/edit/": "there is no draft yet; its form is that of desk/points/new/",
    "desk/points/<uuid:weights_id>/discard/": "answers POST alone; there is no draft yet",
}
LEAVE_ALONE = {"sign-out/", "sign-in/passkey/"}


def grave_faults(page: Page) -> list[str]:
    """Return what axe finds serious or critical on the page."""
    found = Axe().run(page, options=ONLY).response["violations"]
    return [
        f"{page.url} {one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in GRAVE
    ]


def pattern(route: str) -> re.Pattern[str]:
    parts = re.split(r"(<[^>]+>)", route.lstrip("/"))
    shaped = [SHAPES.get(part[1:].split(":")[0], "[^/]+") if part[:1] == "<" else re.escape(part) for part in parts]
    return re.compile("/" + "".join(shaped))


PATTERNS = sorted(((pattern(route), route) for route in WHO_MAY), key=lambda one: one[1].count("<"))


def route_of(path: str) -> str:
    return next((route for shape, route in PATTERNS if shape.fullmatch(path)), "")


def built(route: str, known: dict[str, list[str]]) -> list[str]:
    """Return addresses of the route, made from those of the thing that it belongs to."""
    above = route[: route.rfind(">") + 2]
    return [path + route.removeprefix(above) for path in known.get(above, [])]


class Round:
    """A walk through a door: follows what the pages name until nothing new comes."""

    def __init__(self, page: Page, house: House, among: set[Who]) -> None:
        self._page, self._house = page, house
        self._routes = {route for route, who in WHO_MAY.items() if who in among} - LEAVE_ALONE
        self.known: dict[str, list[str]] = {}
        self.pages: list[str] = []

    def follow(self, first: list[str]) -> None:
        """Ask for everything that can be named, and keep what is a whole page."""
        ahead = first + ["/" + route.lstrip("/") for route in sorted(self._routes) if "<" not in route]
        while ahead:
            for path in ahead:
                self._ask(path)
            ahead = [path for route in self._routes - set(self.known) for path in built(route, self.known)]

    def missed(self) -> set[str]:
        return {route for route in self._routes - set(self.known) if not route.startswith("api/")}

    def _ask(self, path: str) -> None:
        route = route_of(path)
        seen = self.known.setdefault(route, []) if route in self._routes else None
        if seen is None or path in seen or len(seen) >= (KINDS_OF_ONE_PAGE if "<" in route else 1):
            return
        seen.append(path)
        answer = self._page.request.get(self._house.url + path)
        if "text/html" not in answer.headers.get("content-type", "") or answer.status != 200:
            return
        text = answer.text()
        if answer.url == self._house.url + path and "<html" in text:
            self.pages.append(path)
        for named in LINK.findall(text):
            self._ask(named)


def begin_a_story(page: Page, house: House) -> None:
    """Book Anna's visit by the tour, so that there is a call to follow."""
    page.goto(f"{house.url}/tour/")
    page.locator("main button.big").first.click()


@pytest.mark.parametrize("person", DOORS)
def test_axe_finds_nothing_serious_on_any_page(house: House, phone: Phones, complaints: list[str], person: str) -> None:
    page = phone.of(person or "somebody")
    if person:
        page.goto(f"{house.url}/")
        page.locator(f"form[action='/be/{person}/'] button").first.click()
    begin_a_story(page, house)
    walked = Round(page, house, DOORS[person])
    walked.follow([page.url.removeprefix(house.url)])
    faults = []
    for path in walked.pages:
        page.goto(house.url + path)
        faults += grave_faults(page)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > 390:
            faults.append(f"{path} runs out of the page: {wide} px")
    complaints[:] = [said for said in complaints if "frame-ancestors" not in said]
    assert faults == []
    assert walked.missed() - set(BEYOND) == set(), "say in BEYOND why nobody can look at these"
