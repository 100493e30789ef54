"""bin/bench room, in small: that it measures, not how fast it is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from benchmarks.table import Figure, show
from tests.live.servers import ROOT


def test_a_quick_run_gives_every_figure_and_leaves_nothing_behind(tmp_path: Path) -> None:
    own = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/bench_{os.getpid()}").geturl()
    environment = {**os.environ, "DATABASE_URL": own, "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "benchmarks", "room", "--quick", "--json", str(tmp_path / "figures")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert f"bench_{os.getpid()}" not in databases()
    figures = json.loads((tmp_path / "figures").read_text())
    assert [(each["name"], each["unit"], each["goal"]) for each in figures] == [
        ("a change, median of 160 listeners", "ms", None),
        ("a change, 99th percentile", "ms", 100),
        ("a message to all", "ms", 3),
        ("memory of a listener", "kB", 25),
        ("database connections held", "", 0),
    ]
    assert figures[-1]["figure"] == 0
    assert all(each["figure"] > 0 < each["floor"] for each in figures[:-2])


def databases() -> set[str]:
    connection = psycopg2.connect(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl())
    cursor = connection.cursor()
    cursor.execute("SELECT datname FROM pg_database")
    names = {name for (name,) in cursor.fetchall()}
    connection.close()
    return names


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (Figure("time", 90, "ms", floor=5, goal=100), True),
        (Figure("time", 101, "ms", floor=5, goal=100), False),
        (Figure("time", 14, "ms", floor=5, goal=3, of_floor=True), True),
        (Figure("time", 16, "ms", floor=5, goal=3, of_floor=True), False),
        (Figure("time", 16, "ms", floor=5), None),
        (Figure("left", 0, "", goal=0), True),
    ],
)
def test_a_goal_is_for_the_figure_or_for_its_ratio(figure: Figure, holds: bool | None) -> None:
    assert figure.holds is holds


def test_a_missed_goal_is_said_and_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert show([Figure("time", 1, "ms", 2, 3)], None) is True
    assert show([Figure("time", 1, "ms", 2, 3), Figure("room", 9, "kB", goal=8)], None) is False
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[-1] == ["room", "9.00", "kB", "≤", "8", "kB", "NO"]
