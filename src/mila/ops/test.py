"""`./run test`: everything that has to pass, on a database of its own that is thrown away."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mila.ops import browser, messages, postgres, programs, steps
from mila.ops.installation import manage, python
from mila.ops.steps import Step

LEFT_OUT = "WALKS LEFT OUT: no browser could be had, so no test in tests/walks has run. {why}"


def main(arguments: Sequence[str]) -> int:
    """Runs all checks and tests, arguments go to pytest; returns 1 if anything fails."""
    messages.compile_all()
    walks = browser.find_or_install()
    try:
        with throwaway_database() as url:
            environment = steps.environment_of_tests(url) | walks.environment()
            failed = steps.run_all(all_steps(arguments), environment)
    except programs.ServerError as error:
        print(error, file=sys.stderr)
        return 1
    if not walks.possible:
        print(f"\n{LEFT_OUT.format(why=walks.why_not)}", flush=True)
    return failed


def all_steps(arguments: Sequence[str]) -> list[Step]:
    return [
        *steps.WITHOUT_DATABASE,
        Step("migrations", manage("makemigrations", "--check", "--dry-run")),
        Step("tests", python("pytest", "-n", "2", *arguments)),
    ]


@contextmanager
def throwaway_database() -> Iterator[str]:
    """The address of a server that lives as long as the block and promises nothing about its data."""
    place = Path(tempfile.mkdtemp(prefix="mila-test-"))
    place.chmod(0o711)
    server = postgres.Postgres(place / "postgres", postgres.THROWAWAY)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)
