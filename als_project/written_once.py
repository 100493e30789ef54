"""Querysets whose SQL is written once, for the pages that are asked for most.

The ORM takes several times longer to write a query than the database to answer it, and writes the same text each time.
So a function that builds a queryset is called once, with stand-ins for its arguments; from then on only the values are
put in. Nothing that was read is kept: every call asks the database.

    @written_once
    def bids_of(user: User, session: Session) -> QuerySet[Bid]:
        return Bid.objects.visible_to(user).filter(session=session)

    bids_of(request.user, session)  # a list

The arguments can only be compared with (`filter(owner=user)`, `filter(pk__in=ids)`, `filter(starts_at__gt=now)`): the
function can't look into them, because it does not see them. What it looks up by itself, the clock above all, would be
looked up once and for all: such things are given to it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from hashlib import sha256
from inspect import signature
from json import dumps
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Expression, Model, QuerySet, prefetch_related_objects
from psycopg2.extensions import AsIs

P = ParamSpec("P")
Row = TypeVar("Row")
Sql = tuple[str, Any]

# Which connections know a statement, by its name.
known_to: dict[str, WeakSet[Any]] = {}


class StandIn(Expression):
    """The place of an argument in the SQL."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=None)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Sql:
        return "%s", (self,)

    def value(self, argument: Any) -> Any:
        match argument:
            case Model():
                return argument.pk
            case datetime():
                return connection.ops.adapt_datetimefield_value(argument)
        return argument


class StandInForMany(StandIn):
    """The place of a list of numbers."""

    def as_sql(self, compiler: Any, connection: Any) -> Sql:
        return "SELECT unnest(%s::bigint[])", (self,)

    def as_sqlite(self, compiler: Any, connection: Any) -> Sql:
        return "SELECT value FROM json_each(%s)", (self,)

    def value(self, argument: Any) -> Any:
        numbers = [one.pk if isinstance(one, Model) else one for one in argument]
        return dumps(numbers) if connection.vendor == "sqlite" else numbers


def written_once(build: "Callable[P, QuerySet[Any, Row]]") -> Callable[P, list[Row]]:
    """See above. Written anew for another kind of database; an argument that the query does not use is an error."""
    arguments = signature(build)
    if any(one.default is not one.empty for one in arguments.parameters.values()):
        raise TypeError("What may be left out when the SQL is written would be left out for good: give it no default.")
    written: dict[str, Written] = {}

    @wraps(build)
    def ask(*args: P.args, **kwargs: P.kwargs) -> list[Row]:
        given = arguments.bind(*args, **kwargs).arguments
        if connection.vendor not in written:
            stand_ins = {name: _stand_in(name, argument) for name, argument in given.items()}
            queryset = build(**stand_ins)  # type: ignore[arg-type,call-arg]  # by their names
            written[connection.vendor] = Written(queryset, given)
        return written[connection.vendor].rows(given)

    return ask


def _stand_in(name: str, argument: object) -> StandIn:
    return StandInForMany(name) if isinstance(argument, list | tuple | set) else StandIn(name)


class Written:
    """A queryset with the SQL that the ORM wrote for it. PostgreSQL is told it once a connection, and plans it once."""

    def __init__(self, queryset: Any, names: Iterable[str]) -> None:
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(using=queryset.db)
        self.sql, self.params = self.compiler.as_sql()
        self.places = {place.name: place for place in self.params if isinstance(place, StandIn)}
        if unused := [name for name in names if name not in self.places]:
            raise TypeError(f"The query does not use {', '.join(unused)}.")
        columns = [column for column, _sql, _alias in self.compiler.select]
        self.converters = self.compiler.get_converters(columns)
        self.has_composites = self.compiler.has_composite_fields(columns)
        words = [place.name if isinstance(place, StandIn) else place for place in self.params]
        digest = sha256(f"{self.sql}{words}".encode()).hexdigest()[:24]
        # Named by its words: what another process has told a connection that a pooler shares is never taken for it.
        self.name = f"once_{digest}_{queryset.model._meta.db_table}"[:63]
        self.known_to = known_to.setdefault(self.name, WeakSet())

    def rows(self, given: dict[str, Any]) -> list[Any]:
        database = connections[DEFAULT_DB_ALIAS]
        asked = self.prepared(given, database) if can_prepare(database) else self.plain(given)
        compiler = _copied(self.compiler)
        compiler.connection = database
        compiler.as_sql = lambda *_args, **_kwargs: asked
        compiler.get_converters = lambda _columns: _each_value_once(self.converters)
        compiler.has_composite_fields = lambda _columns: self.has_composites
        compiler.klass_info = _each_row_once(self.compiler.klass_info)
        rows = list(self.queryset._iterable_class(Asked(self.queryset, compiler)))
        prefetch_related_objects(rows, *self.queryset._prefetch_related_lookups)
        return rows

    def plain(self, given: dict[str, Any]) -> Sql:
        return self.sql, tuple(p.value(given[p.name]) if isinstance(p, StandIn) else p for p in self.params)

    def prepared(self, given: dict[str, Any], database: Any) -> Sql:
        database.ensure_connection()
        if database.connection not in self.known_to:
            self.prepare(database)
        values = tuple(place.value(given[name]) for name, place in self.places.items())
        return f"EXECUTE {self.name} ({', '.join(['%s'] * len(values))})", values

    def prepare(self, database: Any) -> None:
        numbers = {name: AsIs(f"${number}") for number, name in enumerate(self.places, 1)}
        params = tuple(numbers[p.name] if isinstance(p, StandIn) else p for p in self.params)
        with database.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {self.name} AS {self.sql}", params)
        self.known_to.add(database.connection)


def _copied(one: Any) -> Any:
    """To set its attributes apart. Python's own `copy` first asks at length how the object wants to be copied."""
    copied = object.__new__(type(one))
    vars(copied).update(vars(one))
    return copied


def _each_value_once(converters: dict[int, Any]) -> dict[int, Any]:
    """For one reading: what several rows say in the same words is decrypted once."""
    return {at: ([_once(convert) for convert in each], column) for at, (each, column) in converters.items()}


def _once(convert: Any) -> Any:
    known: dict[Any, Any] = {}

    def converted(value: Any, expression: Any, connection: Any) -> Any:
        if value in known:
            return known[value]
        result = convert(value, expression, connection)
        # A list or a dictionary is each row's own: what one does to it would be done to all.
        return known.setdefault(value, result) if isinstance(result, str) else result

    return converted


def _each_row_once(info: Any) -> Any:
    """For one reading: a person, a set or a slot that several rows have to do with is one object for all of them."""
    if not info or not info.get("related_klass_infos"):
        return info
    related = [{**_each_row_once(each), "model": Met(each["model"])} for each in info["related_klass_infos"]]
    return {**info, "related_klass_infos": related}


class Met:
    """Stands in for a related model, and makes an object of each of its rows once."""

    def __init__(self, model: Any) -> None:
        self.model, self._meta = model, model._meta
        self.met: dict[Any, Any] = {}

    def from_db(self, database: str, names: list[str], values: Any) -> Any:
        key = values[names.index(self._meta.pk.attname)]
        if key not in self.met:
            self.met[key] = self.model.from_db(database, names, values)
        return self.met[key]


class Asked:
    """What Django makes rows from: the queryset, but for the compiler, which has its SQL and values already."""

    def __init__(self, queryset: Any, compiler: Any) -> None:
        self.__dict__.update(queryset.__dict__)
        self.db = queryset.db
        self.query = _copied(queryset.query)
        self.query.get_compiler = lambda *_args, **_kwargs: compiler


def can_prepare(database: Any) -> bool:
    """Not on SQLite; nor behind a pooler that gives each transaction another connection (`POOLED`)."""
    return database.vendor == "postgresql" and not database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
