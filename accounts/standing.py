"""Queries that every request asks: Django works out their SQL once, not every time.

Building and compiling a join of five wide models takes Python ten times as long as running it
and making the objects. A standing query is written as a QuerySet like any other, with `Given`
wherever a value will stand.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

from accounts.prepared import Prepared

M = TypeVar("M", bound=Model)


class Given(Expression):
    """The place of a value that is given when the query is asked, in the column's own form."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


def named(sql: str, parameters: Sequence[Any]) -> str:
    """Django's SQL with given values by name, and the others written out.

    Written out, so that a plan may rely on them: a partial index needs its condition to be known.
    """
    rest = iter(parameters)

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value = next(rest)
        if isinstance(value, Given):
            return f"%({value.name})s"
        with connection.cursor() as cursor:
            return str(cursor.mogrify("%s", [value]).decode()).replace("%", "%%")

    return re.sub("%%|%s", place, sql)


@dataclass(frozen=True)
class Compiled:
    """A statement, and how a row of it becomes objects."""

    statement: Prepared
    converters: dict[int, Any]
    model: type[Model]
    names: list[str]
    first: int
    last: int
    related: list[Any]
    locks: bool


class StandingQuery(Generic[M]):
    """A QuerySet of whole objects, with what `select_related` names, compiled at its first use."""

    def __init__(self, title: str, build: Callable[[], QuerySet[M]]) -> None:
        self._title = title
        self._build = build

    @cached_property
    def _compiled(self) -> Compiled:
        query = self._build().query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        columns: Any = compiler.select
        info: Any = compiler.klass_info
        fields = info["select_fields"]
        return Compiled(
            statement=Prepared(self._title, named(sql, parameters)),
            converters=compiler.get_converters([column[0] for column in columns]),
            model=info["model"],
            names=[column[0].target.attname for column in columns[fields[0] : fields[-1] + 1]],
            first=fields[0],
            last=fields[-1] + 1,
            related=get_related_populators(info, columns, connection.alias),  # type: ignore[call-arg]
            locks=query.select_for_update,
        )

    def all(self, **given: Any) -> list[M]:
        """Every object that fits. Raises `TransactionManagementError` for a lock outside of one."""
        compiled = self._compiled
        if compiled.locks and not connection.in_atomic_block:
            raise TransactionManagementError("A lock is held in a transaction only.")
        rows = compiled.statement.rows(given)
        return [self._object(compiled, list(row)) for row in rows]

    def first(self, **given: Any) -> M | None:
        """The first object that fits, or None; the query itself has order and limit."""
        found = self.all(**given)
        return found[0] if found else None

    def get(self, **given: Any) -> M:
        """The one object that fits; raises its model's `DoesNotExist`."""
        found = self.first(**given)
        if found is None:
            raise self._compiled.model.DoesNotExist  # type: ignore[attr-defined]
        return found

    @staticmethod
    def _object(compiled: Compiled, row: list[Any]) -> M:
        for place, (converters, expression) in compiled.converters.items():
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        found: Any = compiled.model.from_db(
            connection.alias, compiled.names, row[compiled.first : compiled.last]
        )
        for populator in compiled.related:
            populator.populate(row, found)
        return cast(M, found)


class StandingInsert(Generic[M]):
    """The INSERT of one new object of a model, compiled at its first use."""

    def __init__(self, model: type[M]) -> None:
        self._model = model

    @cached_property
    def _fields(self) -> list["Field[Any, Any]"]:
        fields = self._model._meta.concrete_fields
        return [one for one in fields if not one.primary_key and not one.generated]

    @cached_property
    def _statement(self) -> Prepared:
        columns = ", ".join(str(field.column) for field in self._fields)
        values = ", ".join(f"%({field.attname})s" for field in self._fields)
        table = self._model._meta.db_table
        title = f"insert_{self._model._meta.model_name}"
        return Prepared(title, f"INSERT INTO {table} ({columns}) VALUES ({values}) RETURNING id")  # noqa: S608

    def insert(self, new: M) -> M:
        """Store the object as it is, without `save` and its signals; it has its id then."""
        values = {
            field.attname: field.get_db_prep_save(getattr(new, field.attname), connection)
            for field in self._fields
        }
        new.pk = self._statement.rows(values)[0][0]
        new._state.adding, new._state.db = False, connection.alias
        return new
