"""bin/bench start: what it copies, and what it tells of the last run of the tests."""

import json
from pathlib import Path

from benchmarks.start.run import ROOT, copy_of_the_product, last_tests


def test_a_copy_holds_the_code_and_nothing_that_was_written_since(tmp_path: Path) -> None:
    copy = copy_of_the_product(tmp_path / "product")
    assert (copy / "bin" / "dev").stat().st_mode & 0o111
    assert (copy / "als_project" / "settings.py").read_text() == (ROOT / "als_project" / "settings.py").read_text()
    assert {"var", ".venv", ".git"} & {path.name for path in copy.iterdir()} == set()


def test_the_last_whole_run_of_the_tests_is_told_with_its_date_and_outcome(tmp_path: Path) -> None:
    noted = tmp_path / "last.json"
    assert last_tests(noted) == []
    noted.write_text(json.dumps({"seconds": 630, "passed": True, "at": "2026-11-22T03:50:00+00:00"}))
    [told] = last_tests(noted)
    assert told.name == "bin/test, as it last ran whole (22 Nov 2026, 03:50; it passed)"
    assert (told.figure, told.unit) == (10.5, "min")
