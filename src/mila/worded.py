"""Questions that are put into words once.

The ORM makes a statement anew each time a question is asked, which for a page that asks ten is most of its work. A
question that pages ask all the time is put into words once a process, and then asked again with what is given
(decision 0039). Its answer is never kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from operator import itemgetter
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID, uuid4

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup, Model, QuerySet, Subquery
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from psycopg import sql

Given = ParamSpec("Given")
Row = TypeVar("Row")
Read = Callable[[Sequence[Any]], Any]

FAR_AWAY = datetime(9000, 1, 1, tzinfo=UTC)
LARGE = 2_000_000_000  # and still a whole number of the database


class NotInItsWords(TypeError):
    """A question whose words would be others the next time."""


def worded(ask: Callable[Given, QuerySet[Any, Row]]) -> Callable[Given, list[Row]]:
    """Put a question into words the first time it is asked; after that only what is given changes.

    What is given, by place and never None, has to reach the database as it is: ids, keys, times, whole numbers; lists
    for `among`.
    Answers are rows as the question of the ORM would return them, with what it selects beside them.
    Raises `NotInItsWords` where something is given otherwise or changed on its way, or more is fetched after the rows.
    """
    known: list[_Words] = []

    @wraps(ask)
    def asked(*given: Given.args, **named: Given.kwargs) -> list[Row]:
        if named or None in given:
            raise NotInItsWords(f"{ask.__qualname__} is given by place what it asks for")
        if not known:
            marks = [_mark(one, place) for place, one in enumerate(given)]
            known.append(_put(cast("Any", ask)(*marks), marks))
        return known[0].ask(given)

    return asked


class Among(Lookup):
    """`field__among=[…]`: is one of these. A list is one thing given, so that the words are the same for any number.

    `among=ArraySubquery(…)`: is one of those found first, before anything else of the question is looked at.
    """

    lookup_name = "among"

    def get_prep_lookup(self) -> Any:  # noqa: ANN401 - as the framework has it
        """Return what it is one of."""
        return self.rhs if isinstance(self.rhs, Subquery) else list(self.rhs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return the comparison with the list as its one parameter, or with what is found first."""
        left, parameters = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, Subquery):
            right, found = compiler.compile(self.rhs)
            return f"{left} = any({right})", [*parameters, *found]
        return f"{left} = any(%s)", [*parameters, self.rhs]


Field.register_lookup(Among)


def lay(row: Model, name: str, found: Sequence[Model]) -> None:
    """Let what was found lie on a row as its related rows `name`, as if it had been prefetched."""
    related = getattr(row, name)
    for one in found:
        related.field.set_cached_value(one, row)
    rows = related.get_queryset()
    rows._result_cache, rows._prefetch_done = list(found), True
    _at_hand(row)[name] = rows


def lies_on(row: Model, name: str) -> bool:
    """Tell whether the related rows `name` were read for this row already."""
    return name in _at_hand(row)


def _at_hand(row: Model) -> dict[str, Any]:
    found: dict[str, Any] = row.__dict__.setdefault("_prefetched_objects_cache", {})
    return found


@dataclass(frozen=True, slots=True)
class _Words:
    """A statement, which of what is given stands in its places, and how a row of its answer is read."""

    database: str
    sql: str
    places: tuple[int, ...]
    compiler: SQLCompiler
    converters: dict[int, Any]
    locks: bool
    read: Read

    def ask(self, given: Sequence[object]) -> list[Any]:
        parameters: list[Any] = [given[place] for place in self.places]
        connection = connections[self.database]
        if self.locks and connection.get_autocommit():
            raise TransactionManagementError("rows are locked inside a transaction only")
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows: Any = cursor.fetchall()
        if self.converters:
            rows = self.compiler.apply_converters(rows, self.converters)
        return [self.read(row) for row in rows]


def _put(question: QuerySet[Any, Any], marks: Sequence[object]) -> _Words:
    compiler = question.query.get_compiler(using=question.db)
    statement, parameters = compiler.as_sql()
    places = tuple(marks.index(one) for one in parameters if one in marks)
    if set(places) != set(range(len(marks))):
        raise NotInItsWords("something given is changed on its way into the statement")
    converters = compiler.get_converters([column for column, _sql, _name in compiler.select])
    return _Words(
        database=question.db,
        sql=_with_constants(question.db, statement, parameters, marks),
        places=places,
        compiler=compiler,
        converters=converters,
        locks=question.query.select_for_update,
        read=_reading(question, compiler),
    )


def _with_constants(database: str, statement: str, parameters: Sequence[object], marks: Sequence[object]) -> str:
    """Write into the statement what is the same each time, so that a plan made once knows it: which stage is rare."""
    connection = connections[database]
    connection.ensure_connection()
    first, *parts = statement.split("%s")
    said = [
        "%s" if one in marks else sql.Literal(one).as_string(connection.connection).replace("%", "%%")
        for one in parameters
    ]
    return first + "".join(word + part for word, part in zip(said, parts, strict=True))


def _reading(question: QuerySet[Any, Any], compiler: SQLCompiler) -> Read:
    kind = question._iterable_class
    if question._prefetch_related_lookups or kind not in (ModelIterable, ValuesListIterable, FlatValuesListIterable):  # type: ignore[attr-defined]
        raise NotInItsWords("rows, tuples or single values are read, and nothing is fetched after them")
    if kind is ModelIterable:
        return _rows_of(compiler, question.db)
    return cast("Read", tuple if kind is ValuesListIterable else itemgetter(0))


def _rows_of(compiler: SQLCompiler, database: str) -> Read:
    """Return how a row becomes an object, with the objects selected beside it and what was annotated."""
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    first, end = places[0], places[-1] + 1
    names = [column.target.attname for column, _sql, _name in compiler.select[first:end]]
    beside = get_related_populators(compiler.klass_info, compiler.select, database)  # type: ignore[call-arg]
    annotated = compiler.annotation_col_map or {}

    def read(row: Sequence[Any]) -> Model:
        made: Model = model.from_db(database, names, row[first:end])
        for one in beside:
            one.populate(row, made)
        for name, at in annotated.items():
            setattr(made, name, row[at])
        return made

    return read


def _mark(given: object, place: int) -> object:
    """Return something of the same kind that stands nowhere else in the statement, to be found again in it."""
    match given:
        case UUID():
            return uuid4()
        case str():
            return uuid4().hex
        case datetime():
            return FAR_AWAY + timedelta(seconds=place)
        case date():
            return FAR_AWAY.date() + timedelta(days=place)
        case list():
            return [uuid4()]
        case int() if not isinstance(given, bool):
            return LARGE + place
    raise NotInItsWords(f"{type(given).__name__} can not be given")
