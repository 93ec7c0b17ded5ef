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


# What these set up for all their tests is set up once, by one worker: a house of several processes, one at a time,
# since two at work would make everybody late; or a whole country.
TOGETHER = {
    "tests/walks/": "houses",
    "tests/weather/test_kill.py": "houses",
    "tests/ops/test_backup.py": "houses",
    "tests/simulation/test_demo.py": "demonstration",
}


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Gives what is set up once to one worker, and first, since it takes longest; any other test to whom is free."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for begins, name in TOGETHER.items() if nodeid.startswith(begins)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)
