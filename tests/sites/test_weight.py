"""What a page asks of a phone: script of 50 kB at most (helpers: 80 kB with their worker), and little to draw."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client
from tests.factories import a_brand, a_helper, a_requested_call

pytestmark = pytest.mark.django_db

STYLES = ("mila/mila.css", "mila/app.css", "mila/desk.css", "mila/tour.css")
MOVES = re.compile(r"transition(?:-property)?:([^;}]*)")
FRAMES = re.compile(r"@keyframes \w+ \{(?: [\d%to, ]+\{[^}]*\})+ \}")
# What moves without the page being drawn anew; all else keeps a slow phone busy sixty times a second.
CHEAP = {"none", "opacity", "rotate", "scale", "translate"}
SCRIPT = re.compile(r'<script src="[^"]*?/static/([^"]+)"')


def weight(client: Client, path: str, *beside: str) -> int:
    """Return the bytes of all scripts of the page, each compressed by itself, as it is sent."""
    answer = client.get(path)
    assert answer.status_code == 200
    names = [*SCRIPT.findall(answer.content.decode()), *beside]
    assert names
    return sum(len(gzip.compress(Path(str(find(name))).read_bytes())) for name in names)


def test_a_customers_page_brings_little_script_along(client: Client) -> None:
    call = a_requested_call()
    assert weight(client, f"/s/{call.status_key}/") < 50_000


def test_a_helpers_page_brings_little_script_along(client: Client) -> None:
    a_brand()
    client.force_login(a_helper().account)
    assert weight(client, "/app/", "mila/worker.js") < 80_000


@pytest.mark.parametrize("name", STYLES)
def test_what_moves_does_not_have_the_page_drawn_anew(name: str) -> None:
    style = Path(str(find(name))).read_text()
    frames = FRAMES.findall(style)
    assert len(frames) == style.count("@keyframes")
    moved = {word for one in frames for word in re.findall(r"([a-z-]+):", one)}
    moved |= {word for one in MOVES.findall(style) for word in re.findall(r"(?:^|,)\s*([a-z-]+)", one)}
    assert moved <= CHEAP
