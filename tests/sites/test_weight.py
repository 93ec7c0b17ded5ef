"""How much script a page brings along, compressed: 50 kB at most for customers, 80 kB for helpers, their worker too."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client
from tests.factories import a_brand, a_helper, a_requested_call

pytestmark = pytest.mark.django_db

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
