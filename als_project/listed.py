"""Rows of another table, read with the row that they belong to: one question to the database instead of two."""

from datetime import UTC, datetime
from json import loads
from typing import Any

from django.db.models import JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject


class Listed(Subquery):
    """The rows of a queryset, in its order, as a list of dictionaries.

        said = Contribution.objects.filter(stage=OuterRef("pk"))
        Stage.objects.annotate(said=Listed(said, text="text", author="author__name"))

    What is encrypted stays so (`als_project.db.decrypted` reads it); a moment comes as the database writes it
    (`moment` reads it), and what is JSON itself too (`json_of`).
    """

    template = "(SELECT COALESCE(JSONB_AGG(one), '[]') FROM (%(subquery)s) AS rows)"
    output_field: Any = JSONField()

    def __init__(self, queryset: QuerySet[Any], **fields: str) -> None:
        super().__init__(queryset.values(one=JSONObject(**fields)))

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
