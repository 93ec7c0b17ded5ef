"""`./run doctor`: what is unsafe or missing in this installation."""

import subprocess
import sys
from collections.abc import Sequence

from mila.ops import installation, programs


def main(arguments: Sequence[str]) -> int:
    """Print the findings; returns 1 where production has one that has to be mended."""
    if arguments:
        print("usage: ./run doctor", file=sys.stderr)
        return 2
    try:
        place = installation.read()
        with installation.database_at_hand(place, "./run doctor"):
            return subprocess.run(installation.manage("doctor"), env=place.environment(), check=False).returncode
    except (installation.SetupError, programs.ServerError) as error:
        print(error, file=sys.stderr)
        return 1
