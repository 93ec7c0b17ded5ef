"""What holds for every test."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Leave the tests' databases where they are: their server is thrown away, and `--create-db` makes them anew.

    To drop them at the end fails as soon as one thread has not yet hung up.
    """
    return True


class WalksTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Gives all walks to one worker, and first, since they share a house and take longest; any other test to whom
    is free.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "walks" if nodeid.startswith("tests/walks/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WalksTogether:
    return WalksTogether(config, log)
