"""Starts a throw-away PostgreSQL before Django's settings are loaded, unless `DATABASE_URL` names a server.

Loaded with `-p`, since a conftest.py is read too late for this.
"""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

# pytest sets its path after it has loaded this.
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from mila.ops.test import throwaway_database

stack = ExitStack()
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = stack.enter_context(throwaway_database())
os.environ.setdefault("MILA_MODE", "test")


def pytest_unconfigure(config: pytest.Config) -> None:
    stack.close()
