"""The data files of the demonstration."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read(name: str) -> dict[str, Any]:
    """Return what the file `data/<name>.toml` says."""
    return tomllib.loads(files("mila.simulation").joinpath("data", f"{name}.toml").read_text("utf-8"))
