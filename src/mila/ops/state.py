"""The state folder: what one installation keeps between two starts, and who is at work in it."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]


class Holder(NamedTuple):
    """Who works on a state folder: process, what it does, the address it serves (empty where it serves none)."""

    pid: int
    verb: str
    address: str


class HeldError(Exception):
    """Somebody else works on this state folder."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(f"{holder.verb} (process {holder.pid}) works on this data")
        self.holder = holder


def folder() -> Path:
    """The state folder, made on first use: `MILA_STATE`, or `var` in the checkout."""
    path = Path(os.environ.get("MILA_STATE") or ROOT / "var").absolute()
    # Others may pass through, not look: the database's own user has to reach its files below.
    path.mkdir(mode=0o711, parents=True, exist_ok=True)
    return path


def secret(path: Path) -> str:
    """The secret kept at `path`, drawn on first use and readable by its owner alone."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()


@contextmanager
def held(state: Path, *, verb: str, address: str) -> Iterator[None]:
    """Works on the state folder alone; raises `HeldError` while another process does."""
    with (state / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeldError(holder(file.name)) from None
        file.truncate(0)
        json.dump(Holder(os.getpid(), verb, address), file)
        file.flush()
        yield


def holder(lock: str) -> Holder:
    """Who wrote his name into the lock file."""
    try:
        return Holder(*json.loads(Path(lock).read_text()))
    except (ValueError, TypeError):
        # The holder has the lock and has not written yet.
        return Holder(0, "./run", "")
