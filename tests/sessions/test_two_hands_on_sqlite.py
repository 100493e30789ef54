"""The same hands at once on SQLite, as it is embedded: a file, WAL, real threads with connections of their own."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = "tests/sessions"
TWO_HANDS = [f"{HERE}/test_two_hands.py", f"{HERE}/test_two_hands_running.py", f"{HERE}/test_two_hands_by_http.py"]


def test_two_hands_on_one_file(tmp_path: Path) -> None:
    """Two presses on Next, two who choose, one box saved twice, and all the other pairs."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'als.sqlite3'}", "DATA_DIR": str(tmp_path)}
    options = ["-q", "-x", "-p", "no:cacheprovider", "--reuse-db"]
    command = [sys.executable, "-m", "pytest", *options, *TWO_HANDS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"{how_many()} passed" in done.stdout
    # `--reuse-db` leaves the file behind: it was this one, and not memory, that all the hands wrote to.
    with closing(sqlite3.connect(tmp_path / "test.sqlite3")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("SELECT count(*) FROM als_sessions_session").fetchone() == (0,)


def how_many() -> int:
    return sum((ROOT / path).read_text().count("\ndef test_") for path in TWO_HANDS)
