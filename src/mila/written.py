"""Rows that are written many at a time: the statement of a table is put into words once, its one parameter is the rows.

The ORM makes the statement anew each time and an array of every column, which for twenty rows takes longer than
writing them. Here they go as one text, which the database takes apart by the names of its columns (decision 0048).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

ADD = "insert into {table} ({columns}) select {columns} from json_populate_recordset(null::{table}, %s::json)"
ADD_NEW = ADD + " on conflict do nothing returning {key}"
CHANGE = """
update {table} old set ({others}) = row({new_others}) from json_populate_recordset(null::{table}, %s::json) new
where old.{key} = new.{key}
"""


@dataclass(frozen=True, slots=True)
class _Form:
    """The statements of a table, and how its columns are read from a row."""

    add: str
    add_new: str
    change: str
    columns: Sequence[str]
    read: Callable[[Model], tuple[Any, ...]]

    def said(self, rows: Sequence[Model]) -> str:
        """Return the rows as one text: identifiers and moments as they are written, all else as JSON has it."""
        return json.dumps([dict(zip(self.columns, self.read(row), strict=True)) for row in rows], default=str)


def add(rows: Sequence[Model]) -> None:
    """Write new rows of one kind."""
    if rows:
        form = _form(type(rows[0]))
        with connection.cursor() as cursor:
            cursor.execute(form.add, [form.said(rows)])
        _are_there(rows)


def add_new(rows: Sequence[Model]) -> set[UUID]:
    """Write those of the new rows that no constraint keeps out, and return their keys; of two alike the first."""
    if not rows:
        return set()
    form = _form(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(form.add_new, [form.said(rows)])
        written = {key for (key,) in cursor.fetchall()}
    _are_there([row for row in rows if row.pk in written])
    return written


def change(rows: Sequence[Model]) -> None:
    """Write all columns of rows of one kind that are there already."""
    if rows:
        form = _form(type(rows[0]))
        with connection.cursor() as cursor:
            cursor.execute(form.change, [form.said(rows)])


def _are_there(rows: Sequence[Model]) -> None:
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _form(kind: type[Model]) -> _Form:
    fields, quote = kind._meta.local_concrete_fields, connection.ops.quote_name
    columns = [one.column or one.attname for one in fields]
    others = [quote(column) for column, one in zip(columns, fields, strict=True) if not one.primary_key]
    words = {
        "table": quote(kind._meta.db_table),
        "columns": ", ".join(map(quote, columns)),
        "others": ", ".join(others),
        "new_others": ", ".join(f"new.{one}" for one in others),
        "key": quote(kind._meta.pk.column or kind._meta.pk.attname),
    }
    return _Form(
        add=ADD.format(**words),
        add_new=ADD_NEW.format(**words),
        change=CHANGE.format(**words),
        columns=columns,
        read=attrgetter(*[one.attname for one in fields]),
    )
