"""Checks in a row: all of them run, whatever fails; a table at the end says how they went."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mila.ops import state
from mila.ops.installation import python

LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"


class Step(NamedTuple):
    name: str
    command: Sequence[str]


class Result(NamedTuple):
    name: str
    code: int
    seconds: float


WITHOUT_DATABASE = (
    Step("lint", python("ruff", "check", "--quiet")),
    Step("format", python("ruff", "format", "--check", "--quiet")),
    Step("types", python("mypy")),
    Step("import contract", [sys.executable, "-c", LINT_IMPORTS]),
)


def run_all(steps: Sequence[Step], environment: Mapping[str, str]) -> int:
    """Runs every step and prints the table; returns 1 if one of them failed."""
    results = [run(step, environment) for step in steps]
    print("\n" + "\n".join(line(result) for result in results), flush=True)
    return int(any(result.code for result in results))


def run(step: Step, environment: Mapping[str, str]) -> Result:
    print(f"\n── {step.name}: {shlex.join(step.command[1:])}", flush=True)
    start = time.monotonic()
    code = subprocess.run(step.command, cwd=state.ROOT, env=environment, check=False).returncode
    return Result(step.name, code, time.monotonic() - start)


def line(result: Result) -> str:
    return f"  {result.name:<18}{'FAILED' if result.code else 'ok':<8}{result.seconds:6.1f} s"


def environment_of_tests(database_url: str) -> dict[str, str]:
    """The environment in which the settings load for checks and tests."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "MILA_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "mila.settings",
    }
