"""Column types that Django does not bring."""

from typing import Any

from django.db import models


class HoursOfTheWeek(models.Field):  # type: ignore[type-arg]  # not generic at run time
    """Stretches of the week in seconds since Monday, 00:00, on the wall clock: an `int4multirange`."""

    def db_type(self, connection: Any) -> str:  # noqa: ANN401 - as the framework gives it
        """Return the type of the column."""
        return "int4multirange"


class TransactionNumber(models.Field):  # type: ignore[type-arg]  # not generic at run time
    """The number of a transaction, growing for ever: an `xid8`."""

    def db_type(self, connection: Any) -> str:  # noqa: ANN401 - as the framework gives it
        """Return the type of the column."""
        return "xid8"
