"""How many web processes there are, and that their counters are summed."""

import os
import subprocess
from pathlib import Path

import pytest

from mila.ops import web
from mila.ops.installation import SetupError, python

COUNT = """
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
Counter("visits", "Visits.").inc()
shared = CollectorRegistry()
MultiProcessCollector(shared)
print(generate_latest(shared).decode())
"""


@pytest.mark.parametrize(("asked", "count"), [("1", 1), ("3", 3), ("64", 64)])
def test_there_are_as_many_as_asked_for(monkeypatch: pytest.MonkeyPatch, asked: str, count: int) -> None:
    monkeypatch.setenv("MILA_WEB_PROCESSES", asked)
    assert web.workers() == count


@pytest.mark.parametrize("asked", ["0", "65", "two", "-1"])
def test_a_wrong_number_is_said(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("MILA_WEB_PROCESSES", asked)
    with pytest.raises(SetupError, match="MILA_WEB_PROCESSES"):
        web.workers()


def test_by_itself_there_is_one_for_each_core_and_four_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MILA_WEB_PROCESSES", raising=False)
    for cores, count in ((None, 1), (2, 2), (16, 4)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert web.workers() == count


def test_the_counters_of_all_processes_are_summed_and_begin_anew_with_each_start(tmp_path: Path) -> None:
    def told() -> str:
        return subprocess.run(
            [*python()[:1], "-c", COUNT], env=given, check=True, stdout=subprocess.PIPE
        ).stdout.decode()

    given = os.environ | web.shared_figures(tmp_path)
    told()
    assert "visits_total 2.0" in told()
    web.shared_figures(tmp_path)
    assert "visits_total 1.0" in told()
