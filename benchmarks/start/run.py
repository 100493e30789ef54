"""bin/dev from an empty folder, and again; the memory of all its processes; how long bin/test took."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from benchmarks.processes import family, kilobytes
from benchmarks.table import Figure

ROOT = Path(__file__).resolve().parents[2]
# Written by bin/test at the end of a whole run.
LAST_TESTS = ROOT / "var" / "last-test-run.json"
READY = "The product is at"
PATIENCE = 300.0
# After this what a start needs for a moment is given back, and nobody asks for anything.
AT_REST, QUICK_REST = 15.0, 5.0


def measure(*, quick: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="als-start-") as name:
        # Quick: from this folder, whose packages are installed.
        folder = ROOT if quick else copy_of_the_product(Path(name) / "product")
        data = Path(name) / "var"
        with started(folder, data) as (first, _process):
            pass
        with started(folder, data) as (again, process):
            time.sleep(QUICK_REST if quick else AT_REST)
            memory = sum(kilobytes(pid) for pid in family(process)) / 1024
    cold = "with its packages, without data" if quick else "from the code alone (packages in pip's cache)"
    return [
        Figure(f"bin/dev {cold}", first, "s"),
        Figure("bin/dev again", again, "s"),
        Figure("the whole embedded product at rest (PSS)", memory, "MB"),
        *last_tests(LAST_TESTS),
    ]


def copy_of_the_product(folder: Path) -> Path:
    """What a clone holds, and nothing of what has been written since."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@contextmanager
def started(folder: Path, data: Path) -> Iterator[tuple[float, int]]:
    """The seconds until it said that it is ready, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    said = data.with_suffix(".log")
    with said.open("w") as log:
        process = subprocess.Popen(
            [folder / "bin" / "dev", "--port", str(port)],
            env=os.environ | {"DATA_DIR": str(data)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        while READY not in said.read_text():
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"bin/dev did not start: {said.read_text()}")
            time.sleep(0.02)
        yield time.monotonic() - began, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def last_tests(noted: Path) -> list[Figure]:
    """Not run here: what bin/test wrote down when it last ran whole."""
    if not noted.exists():
        return []
    last = json.loads(noted.read_text())
    outcome = "passed" if last["passed"] else "FAILED"
    at = datetime.fromisoformat(last["at"])
    return [Figure(f"bin/test, as it last ran whole ({at:%d %b %Y, %H:%M}; it {outcome})", last["seconds"] / 60, "min")]
