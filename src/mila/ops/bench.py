"""`./run bench <name>`: a measurement of `benchmarks/`, on a database of its own that is thrown away."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from mila.ops import programs, steps
from mila.ops.installation import manage, python
from mila.ops.test import throwaway_database

ROOT = Path(__file__).parents[3]
PARTS = {"recording", "sessions", "stream", "visitors"}  # of measurements, and none by themselves


def main(arguments: Sequence[str]) -> int:
    """Run one measurement; the rest of the arguments go to it."""
    names = sorted(path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py") if path.stem not in PARTS)
    if not arguments or arguments[0] not in names:
        print(f"usage: ./run bench <{' | '.join(names)}>", file=sys.stderr)
        return 2
    try:
        with throwaway_database() as url:
            environment = steps.environment_of_tests(url)
            subprocess.run(manage("migrate", "--verbosity", "0"), env=environment, check=True)
            name, *rest = arguments
            return subprocess.run(python(f"benchmarks.{name}", *rest), env=environment, check=False).returncode
    except programs.ServerError as error:
        print(error, file=sys.stderr)
        return 1
