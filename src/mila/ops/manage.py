"""`./run manage`: any Django command, with the database up."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from mila.ops import installation, messages, programs, state


def main(arguments: Sequence[str]) -> int:
    """Runs the command and returns its exit code; uses the server that `./run` has up, if it has."""
    try:
        place = installation.read()
        with ExitStack() as stack:
            try:
                stack.enter_context(state.held(place.folder, verb="./run manage", address=""))
            except state.HeldError:
                # Whoever works here has the database up.
                pass
            else:
                stack.enter_context(place.database_up())
            messages.compile_all()
            command = installation.manage(*arguments)
            return subprocess.run(command, env=place.environment(), check=False).returncode
    except (installation.SetupError, programs.ServerError) as error:
        print(error, file=sys.stderr)
        return 1
