"""Writing many rows at once: PostgreSQL's COPY instead of a statement a row; every constraint and trigger holds."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model


def copy(model: type[Model], rows: Iterable[Model]) -> None:
    """Write new rows of a model as they are; what a foreign key points at is written before."""
    fields = model._meta.concrete_fields
    table, columns = model._meta.db_table, [str(field.column) for field in fields]
    values = ([field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields] for row in rows)
    copy_into(table, columns, values)


def copy_into(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows into the columns of a table, a temporary one perhaps."""
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as stream:
        for row in rows:
            stream.write_row(row)
