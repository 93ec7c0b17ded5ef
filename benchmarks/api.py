"""Everything a machine can think of asking the interface: how many cases ran, and what was found.

The long form of tests/sites/api/test_description.py: no fault, and every answer as the description says, for bodies and
parameters that fit and for such that do not. `./run bench api [cases of an operation]`, 500 by default.
"""

import os
import re
import subprocess
import sys

TEST = "tests/sites/api/test_description.py::test_every_answer_is_one_that_is_described"
CASES = "500"
RAN = re.compile(r"^\.?cases (\S+ \S+) (\d+)$", re.MULTILINE)


def main(cases: str = CASES) -> int:
    """Ask, print the tally of each operation, and return 1 where an answer was not as described."""
    asked = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "--no-header", "-p", "no:logging", TEST],
        env={**os.environ, "MILA_API_CASES": cases},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    ran = {operation: int(count) for operation, count in RAN.findall(asked.stdout)}
    for operation, count in ran.items():
        print(f"{count:6}  {operation}")
    print(
        f"{sum(ran.values()):6}  cases of {len(ran)} operations; {'nothing' if not asked.returncode else 'this'} found"
    )
    if asked.returncode:
        print(asked.stdout[-8000:])
    return int(asked.returncode != 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
