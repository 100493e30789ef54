"""bin/bench growth: what it fills a database with, and how it tells an index from a whole table."""

from typing import Any

import pytest
from django.db import connection, models

from actions.models import Action
from als_project.users.models import User
from benchmarks.growth import filling, plans
from benchmarks.growth.filling import fill
from benchmarks.growth.run import figure
from sessions.models import Session
from sets.models import Assent, LearningSet, Membership

TABLE = {"Node Type": "Seq Scan", "Relation Name": "people", "Filter": "(name = 'Ana')"}
INDEX = {"Node Type": "Index Scan", "Index Name": "by_name", "Relation Name": "people"}
LARGE = {"people", "by_name"}


@pytest.mark.django_db(transaction=True)
def test_a_filled_database_holds_as_many_actions_as_asked_for_and_each_set_its_own(monkeypatch: Any) -> None:
    monkeypatch.setattr(filling, "tidy", lambda: None)
    fill(100)
    assert Action.objects.count() == 100
    met = LearningSet.objects.filter(actions__isnull=False).distinct()
    assert met.count() == 2
    assert LearningSet.objects.count() == 2 + 9
    assert User.objects.count() == Membership.objects.count() == 11 * 9
    for learning_set in met:
        people = set(learning_set.memberships.values_list("user", flat=True))
        assert set(learning_set.actions.values_list("owner", flat=True)) <= people
        assert Session.objects.filter(learning_set=learning_set).count() == 13
        assert Assent.objects.filter(membership__learning_set=learning_set).count() == 9
    assert len({action.what for action in Action.objects.all()}) == 7
    assert refers_to_nothing() == []


def refers_to_nothing() -> list[str]:
    """Columns that name a row which is not there: copies are made without the database's own check."""
    broken = []
    for model in connection.introspection.installed_models(connection.introspection.table_names()):
        for field in model._meta.local_concrete_fields:
            if field.remote_field and orphans(model, field):
                broken.append(f"{model._meta.db_table}.{field.column}")
    return broken


def orphans(model: type[models.Model], field: Any) -> bool:
    known = field.remote_field.model._base_manager.values("pk")
    rows = model._base_manager.exclude(**{field.name: None}).exclude(**{f"{field.attname}__in": known})
    return rows.exists()


@pytest.mark.parametrize(
    ("plan", "names"),
    [
        (TABLE, ["people"]),
        ({"Node Type": "Sort", "Plans": [TABLE]}, ["people"]),
        ({"Node Type": "Limit", "Plans": [TABLE]}, ["people"]),
        ({**TABLE, "Relation Name": "a_small_table"}, []),
        ({**INDEX, "Index Cond": "(name = 'Ana')"}, []),
        (INDEX, ["by_name"]),
        ({"Node Type": "Limit", "Plans": [INDEX]}, []),
        ({"Node Type": "Limit", "Plans": [{"Node Type": "Sort", "Plans": [INDEX]}]}, ["by_name"]),
    ],
)
def test_a_plan_reads_a_whole_table_or_goes_by_an_index(plan: dict[str, Any], names: list[str]) -> None:
    assert [name for name, _step in plans.read_whole(plan, LARGE)] == names


@pytest.mark.django_db
def test_the_database_itself_says_which_tables_it_reads_whole(monkeypatch: Any) -> None:
    monkeypatch.setattr(plans, "_large", lambda: {"users_user"})
    statements = [
        ("SELECT id FROM users_user WHERE id = %s", (1,)),
        ("SELECT id FROM users_user WHERE name = %s", ("Ana",)),
        ("INSERT INTO users_user (name) SELECT name FROM users_user", ()),
    ]
    assert [line.partition(" for ")[0] for line in plans.whole_tables(statements)] == ["users_user"]


def test_growth_is_the_median_of_the_rounds_ratios() -> None:
    flat = figure("home", [[1.0, 1.1], [2.0, 2.2], [1.0, 9.0]], 1, 10_000)
    assert (flat.name, flat.floor, round(flat.figure, 6), flat.holds) == ("home: among 10,000 actions", 1.0, 1.1, True)
    assert figure("home", [[1.0, 1.3]], 1, 10_000).holds is False
