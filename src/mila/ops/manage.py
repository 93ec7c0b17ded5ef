"""`./run manage`: any Django command, with the database up."""

import subprocess
import sys
from collections.abc import Sequence

from mila.ops import installation, messages, programs


def main(arguments: Sequence[str]) -> int:
    """Runs the command and returns its exit code; uses the server that `./run` has up, if it has."""
    try:
        place = installation.read()
        with installation.database_at_hand(place, "./run manage"):
            messages.compile_all()
            command = installation.manage(*arguments)
            return subprocess.run(command, env=place.environment(), check=False).returncode
    except (installation.SetupError, programs.ServerError) as error:
        print(error, file=sys.stderr)
        return 1
