"""Rows of another table, read with the row that they belong to: one question to the database instead of two."""

from datetime import UTC, datetime
from json import loads
from typing import Any

from django.db.models import Func, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject


class Row(JSONObject):
    """Django's would be a JSONB."""

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        return Func(*self.get_source_expressions(), function="JSON_BUILD_OBJECT").as_sql(compiler, connection)


class Listed(Subquery):
    """The rows of a queryset, in its order, as a list of dictionaries.

        said = Contribution.objects.filter(stage=OuterRef("pk"))
        Stage.objects.annotate(said=Listed(said, text="text", author="author__name"))

    What is encrypted stays so (`als_project.db.decrypted` reads it); a moment comes as the database writes it
    (`moment` reads it), and what is JSON itself too (`json_of`).
    """

    # As text: a JSONB would be taken apart and sorted, and written out again.
    template = "(SELECT COALESCE(JSON_AGG(one)::text, '[]') FROM (%(subquery)s) AS rows)"
    output_field: Any = JSONField()

    def __init__(self, queryset: QuerySet[Any], **fields: str) -> None:
        super().__init__(queryset.values(one=Row(**fields)))

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, "(SELECT JSON_GROUP_ARRAY(JSON(one)) FROM (%(subquery)s))")


def moment(written: str | None) -> datetime | None:
    """The moment that the database wrote: PostgreSQL with its zone, SQLite without, because it is always UTC."""
    if not written:
        return None
    read = datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def json_of(value: Any) -> Any:
    """What a JSON field held: SQLite writes it as text."""
    return loads(value) if isinstance(value, str) else value
