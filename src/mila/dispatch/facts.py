"""The one row of each helper from which decisions are made: whether all are true, and making them anew."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction

from mila.crowd.models import Helper
from mila.dispatch.models import HelperRow

A_FEW = 500
UNTRUE = """
select count(distinct helper_id) from (
  (select * from dispatch_truth(%(ids)s) except select * from dispatch_helperrow where helper_id = any(%(ids)s))
  union
  (select * from dispatch_helperrow where helper_id = any(%(ids)s) except select * from dispatch_truth(%(ids)s))
) different
"""


def untrue() -> int:
    """Return how many rows say something else than the rows they are made from, or are missing."""
    return _untrue(Helper.objects.values_list("pk", flat=True))


def untrue_of_a_few() -> int:
    """Return the same of five hundred helpers, drawn anew."""
    return _untrue(Helper.objects.order_by("?").values_list("pk", flat=True)[:A_FEW])


def rebuild() -> int:
    """Make every row anew, and return how many there are; for after rows were loaded past the triggers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select dispatch_keep_facts(array(select id from crowd_helper))")
    return HelperRow.objects.count()


def _untrue(helpers: Iterable[UUID]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(UNTRUE, {"ids": list(helpers)})
        return int(cursor.fetchone()[0])
