import pytest

from sets import common_rules as module
from sets.common_rules import common_rules
from sets.enums import RuleCategory
from sets.rule_changes import Line, by_category, changes


def test_rules_stand_under_their_categories_in_the_categories_order():
    rules = [("notes", "N"), ("time", "T1"), ("time", "T2")]
    assert by_category(rules) == [("Time allocation", ["T1", "T2"]), ("Taking notes", ["N"])]


def test_a_changed_rule_reads_as_removed_and_added_where_it_stood():
    before = [("time", "We end on time."), ("time", "We begin at two."), ("notes", "No notes.")]
    after = [("time", "We end on time."), ("time", "We begin at three."), ("listening", "One speaks.")]
    assert changes(before, after) == [
        (
            "Time allocation",
            [
                Line("We end on time.", "kept"),
                Line("We begin at two.", "removed"),
                Line("We begin at three.", "added"),
            ],
        ),
        ("Taking notes", [Line("No notes.", "removed")]),
        ("Listening", [Line("One speaks.", "added")]),
    ]


def test_nothing_changed_reads_as_kept():
    rules = [("time", "A"), ("time", "B")]
    assert changes(rules, rules) == [("Time allocation", [Line("A", "kept"), Line("B", "kept")])]


def test_the_common_list_has_something_under_every_category_but_the_last():
    lists = common_rules()
    assert [category for category in RuleCategory if not lists[category]] == [RuleCategory.OTHER]
    assert max(len(text) for texts in lists.values() for text in texts) <= 500


def test_a_category_that_does_not_exist_is_named(tmp_path, monkeypatch):
    (tmp_path / "rules.toml").write_text('tea = ["Two sugars."]')
    monkeypatch.setattr(module, "FILE", tmp_path / "rules.toml")
    common_rules.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"rules\.toml: there is no category called tea"):
            common_rules()
    finally:
        common_rules.cache_clear()
