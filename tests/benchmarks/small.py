"""A benchmark run as bin/bench runs it, on the test run's own servers, beside other tests."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.live.servers import ROOT


def bench(folder: Path, *words: str) -> list[dict[str, Any]]:
    """Its figures. Goals may be missed: the machine is busy."""
    own = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/bench_{os.getpid()}").geturl()
    environment = {**os.environ, "DATABASE_URL": own}
    command = [sys.executable, "-m", "benchmarks", *words, "--json", str(folder / "figures")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode in (0, 1), done.stderr
    figures: list[dict[str, Any]] = json.loads((folder / "figures").read_text())
    return figures
