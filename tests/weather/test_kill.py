"""The short form of `./run bench weather`: a few kills at random moments of a running day."""

import json
import subprocess
from typing import Any

import pytest

from mila.ops import state
from mila.ops.installation import python

KILLS = 6


@pytest.fixture(scope="module")
def tally() -> Any:
    command = python("benchmarks.weather", "--kills", str(KILLS), "--a-minute", "20")
    # Without the card whose lost answers are asked for again only after a while.
    command += ["--parts", "clock,jobs,database", "--cards", "4242,0085,twint"]
    done = subprocess.run(command, cwd=state.ROOT, capture_output=True, text=True, timeout=280, check=False)
    said = done.stdout[done.stdout.find("\n{\n") + 1 :] if "\n{\n" in done.stdout else done.stdout
    assert said.startswith("{"), done.stderr[-3000:]
    return json.loads(said)


def test_whoever_is_killed_nothing_that_was_promised_is_lost(tally: Any) -> None:
    assert sum(tally["killed"].values()) == KILLS
    assert tally["losses"] == {}


def test_everything_goes_on_to_the_payment(tally: Any) -> None:
    assert tally["booked"] == tally["accepted"] == tally["charged"] > 0
