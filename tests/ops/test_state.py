import subprocess
import sys
from pathlib import Path

import pytest

from mila.ops import state

HOLD = "import sys; from pathlib import Path; from mila.ops import state\nwith state.held(Path(sys.argv[1]), verb='./run', address='http://127.0.0.1:8000'): print('held', flush=True); sys.stdin.read()"  # noqa: E501


def test_a_second_start_on_the_same_data_learns_who_is_there(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(state.HeldError) as refused, state.held(tmp_path, verb="./run", address=""):
            pass
        assert refused.value.holder == state.Holder(first.pid, "./run", "http://127.0.0.1:8000")
        first.kill()
    with state.held(tmp_path, verb="./run", address=""):
        assert "./run" in (tmp_path / "lock").read_text()


def test_a_secret_is_drawn_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    drawn = state.secret(path)
    assert len(drawn) >= 50
    assert state.secret(path) == drawn
    assert path.stat().st_mode & 0o777 == 0o600
