"""The process tree: starts the parts of the service, brings back what dies, ends all of it in order."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from mila.ops import lifeline, postgres, programs

GRACE_SECONDS = 5.0
SHORTEST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.2


@dataclass
class Part:
    """One part of the service: how it starts, and when it may start again after it has died."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    back_at: float | None = field(default=None, init=False)
    pause: float = field(default=SHORTEST_PAUSE_SECONDS, init=False)

    def start(self) -> None:
        # A group of its own: Ctrl-C reaches us alone, who stop the parts in order, and what a dead part has left
        # behind can be ended with it.
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=lifeline.end_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads here
        )
        self.started_at = time.monotonic()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.alive():
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Waits for the end until `deadline` (monotonic seconds), then ends the part and all it has started."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self.sweep()
        self.process.wait()

    def sweep(self) -> None:
        """Ends what is left of the part's group; a killed parent leaves workers that hold its port."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def revive(self) -> None:
        """Starts the part again when it has died and its pause is over; the pause grows while it keeps dying."""
        if self.alive():
            return
        now = time.monotonic()
        if self.back_at is None:
            self.rest(now)
        elif now >= self.back_at:
            self.back_at = None
            self.start()

    def rest(self, now: float) -> None:
        if now - self.started_at > STEADY_SECONDS:
            self.pause = SHORTEST_PAUSE_SECONDS
        print(f"!! {self.name} has died ({self.ending()}); back in {self.pause:.0f} s", flush=True)
        self.sweep()
        self.back_at = now + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE_SECONDS)

    def ending(self) -> str:
        """How the process has ended, in words."""
        code = self.process.returncode if self.process else 0
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def watch(parts: Sequence[Part], server: postgres.Postgres | None) -> None:
    """Keeps everything running until interrupted."""
    while True:
        if server is not None:
            keep_up(server)
        for part in parts:
            part.revive()
        time.sleep(LOOK_EVERY_SECONDS)


def keep_up(server: postgres.Postgres) -> None:
    """Starts the database server again when it has died; the parts reconnect by themselves."""
    if server.process is not None and server.process.poll() is None:
        return
    print("!! the database server has died; starting it again", flush=True)
    try:
        server.start()
    except programs.ServerError as error:
        print(f"!! {error}", flush=True)
        time.sleep(SHORTEST_PAUSE_SECONDS)


def stop(parts: Sequence[Part]) -> None:
    """Stops all parts, in their order, within a few seconds."""
    deadline = time.monotonic() + GRACE_SECONDS
    for part in parts:
        part.ask_to_stop()
    for part in parts:
        part.end(deadline)
