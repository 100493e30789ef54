"""bin/bench room, in small: that it measures, not how fast it is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

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
