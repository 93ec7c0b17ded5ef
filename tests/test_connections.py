"""Whose connection is handed out next."""

from django.db import connection

from mila.connections import Pool
from mila.connections.base import DatabaseWrapper


def test_the_connection_that_came_back_last_is_handed_out_first() -> None:
    known = connection.get_connection_params()
    with Pool(kwargs=known, min_size=3, max_size=3, open=True) as pool:
        pool.wait()
        first, second, third = (pool.getconn() for _ in range(3))
        for one in (third, first, second):
            pool.putconn(one)

        assert pool.getconn() is second


def test_threads_of_a_process_share_one_pool() -> None:
    settings = {**connection.settings_dict, "OPTIONS": {"pool": {"min_size": 1, "max_size": 2}}}
    one, other = (DatabaseWrapper(settings, alias="a test") for _ in range(2))

    assert one.pool is not None
    assert one.pool is other.pool
    one.close_pool()
