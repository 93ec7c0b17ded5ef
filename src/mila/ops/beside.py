"""Work that need not wait for other work: done by a process beside, and waited for where it is needed."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from mila.ops import state
from mila.ops.installation import SetupError


@dataclass(frozen=True)
class Beside:
    """A command at work, by its name for the operator."""

    name: str
    process: subprocess.Popen[bytes]

    def wait(self) -> None:
        """Returns when it is done. Raises `SetupError` where it has failed."""
        if self.process.wait():
            raise SetupError(f"{self.name} has failed; the lines above say why.")


@contextmanager
def beside(name: str, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Beside]:
    """Starts the command, and ends it where the block ends before it."""
    with subprocess.Popen(command, env=environment, cwd=state.ROOT, stdin=subprocess.DEVNULL) as process:
        try:
            yield Beside(name, process)
        finally:
            process.terminate()
