"""How PostgreSQL means to find the rows of a statement, and whether it would read all of a table that grows."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

Statement = tuple[str, Any]
Plan = dict[str, Any]
READS = ("SELECT", "UPDATE", "DELETE", "WITH")
# A table with fewer rows does not grow with what people do, or is none of those that were filled.
GROWN = 5000


def whole_tables(statements: list[Statement]) -> list[str]:
    """Tables and indexes that a statement would go through from end to end, each with what it looks for."""
    large = _large()
    found = [
        f"{name} for {step.get('Filter') or step.get('Recheck Cond') or 'every row'} in {sql[:90]}"
        for sql, params in _reading(statements)
        for name, step in read_whole(plan_of(sql, params), large)
    ]
    return list(dict.fromkeys(found))


def _reading(statements: list[Statement]) -> Iterator[Statement]:
    return ((sql, params) for sql, params in statements if sql.lstrip("( ").upper().startswith(READS))


def plan_of(sql: str, params: Any) -> Plan:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan: Plan = cursor.fetchone()[0][0]["Plan"]
        return plan


def read_whole(plan: Plan, large: set[str]) -> list[tuple[str, Plan]]:
    """Steps of the plan that go through a table without an index, or through an index without a condition; their names.

    Steps that stop at a limit's first rows, along an index, read only those.
    """
    steps = [(_whole(step, stops), step) for step, stops in _steps(plan, stops=False)]
    return [(name, step) for name, step in steps if name in large]


def _steps(plan: Plan, *, stops: bool) -> Iterator[tuple[Plan, bool]]:
    yield plan, stops
    # Below a sort or an aggregate everything is read before the limit sees its first row.
    within = plan["Node Type"] == "Limit" or (stops and plan["Node Type"] in ("Nested Loop", "LockRows", "Result"))
    for step in plan.get("Plans", []):
        yield from _steps(step, stops=within)


def _whole(step: Plan, stops: bool) -> str:
    kind = step["Node Type"]
    if kind == "Seq Scan":
        return str(step["Relation Name"])
    along_an_index = kind in ("Index Scan", "Index Only Scan", "Bitmap Index Scan")
    return str(step["Index Name"]) if along_an_index and "Index Cond" not in step and not stops else ""


def _large() -> set[str]:
    """Tables and indexes with many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE reltuples >= %s", [GROWN])
        return {name for (name,) in cursor.fetchall()}
