"""The embedded product on a full disk: it says so, sends nothing it could not note, and loses nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.faults.figures import note
from tests.faults.product import ROOT


def test_a_full_disk_is_said_to_be_full_and_nothing_is_lost_or_broken(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    own_mounts = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    command = [*own_mounts, sys.executable, "-m", "tests.faults.disk_full", str(tmp_path / "var")]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    note(
        "SQLite on a full disk, then with room again",
        f"{told['lost']} lost, {told['repeated']} repeated, integrity check: {told['integrity']}",
    )
    assert ("full" in told["refused"] or "I/O" in told["refused"], told["page"], told["page_says"]) == (True, 503, True)
    assert (told["lost"], told["integrity"], told["kept_what_it_said_was_saved"]) == (0, "ok", True)
    assert told["repeated"] <= 1
