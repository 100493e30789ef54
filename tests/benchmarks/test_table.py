"""Figures, their goals, and how they are told."""

from pathlib import Path

import pytest

from benchmarks import readme
from benchmarks.table import Figure, read, show, sum_up, write

FINE = Figure("time", 1, "ms", 2, 3)
TOO_MUCH = Figure("room", 9, "kB", goal=8)
TOO_SLOW = Figure("requests", 40, "/s", 100, 0.6, of_floor=True, at_least=True)


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (Figure("time", 90, "ms", floor=5, goal=100), True),
        (Figure("time", 101, "ms", floor=5, goal=100), False),
        (Figure("time", 14, "ms", floor=5, goal=3, of_floor=True), True),
        (Figure("time", 16, "ms", floor=5, goal=3, of_floor=True), False),
        (Figure("time", 16, "ms", floor=5), None),
        (Figure("left", 0, "", goal=0), True),
        (Figure("requests", 60, "/s", floor=100, goal=0.6, of_floor=True, at_least=True), True),
        (Figure("requests", 59, "/s", floor=100, goal=0.6, of_floor=True, at_least=True), False),
    ],
)
def test_a_goal_is_for_the_figure_or_for_its_ratio(figure: Figure, holds: bool | None) -> None:
    assert figure.holds is holds


def test_a_missed_goal_is_said_and_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert sum_up([FINE]) is True
    assert capsys.readouterr().out.split("\n") == ["", "1 of 1 goals hold.", ""]
    assert sum_up([FINE, TOO_MUCH, TOO_SLOW]) is False
    assert capsys.readouterr().out.split("\n") == [
        "",
        "1 of 3 goals hold.",
        "  missed: room: 9.00 kB, goal ≤ 8 kB",
        "  missed: requests: 0.40 ×, goal ≥ 0.6 ×",
        "",
    ]


def test_the_table_shows_what_was_missed(capsys: pytest.CaptureFixture[str]) -> None:
    show([FINE, TOO_MUCH, TOO_SLOW])
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["name", "figure", "unit", "floor", "ratio", "goal", "holds"],
        ["time", "1.00", "ms", "2.00", "0.50", "×", "≤", "3", "ms", "yes"],
        ["room", "9.00", "kB", "≤", "8", "kB", "NO"],
        ["requests", "40.00", "/s", "100.00", "0.40", "×", "≥", "0.6", "×", "NO"],
    ]


def test_what_is_written_for_machines_is_read_as_it_was(tmp_path: Path) -> None:
    write([FINE, TOO_MUCH, TOO_SLOW], tmp_path / "figures")
    assert read(tmp_path / "figures") == [FINE, TOO_MUCH, TOO_SLOW]


def test_readme_shows_the_worse_of_two_readers_and_what_misses_its_goal_in_bold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = [
        figure
        for who, queries, speed in (("member", 6, 70), ("facilitator", 7, 50))
        for figure in (
            Figure(f"home, {who}: 8 at once, requests", speed, "/s", 100, 0.6, of_floor=True, at_least=True),
            Figure(f"home, {who}: queries", queries, "", 3, 6),
        )
    ]
    write([*both, FINE, TOO_MUCH], tmp_path / "figures")
    readme.main(tmp_path / "figures")
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines()]
    [home] = [row for row in rows if row[0] == "| home"]
    assert [cell for cell in home[1:-1] if cell] == ["**0.50 ×**", "**7**"]
    assert rows[-2:] == [
        ["| time", "1.00 ms", "0.50 ×", "≤ 3 ms |"],
        ["| room", "9.00 kB", "", "**≤ 8 kB** |"],
    ]
