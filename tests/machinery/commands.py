"""Running the project's commands from outside, as a person at a console would."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What a shell has; nothing of the settings under which the tests run.
SHELL = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


def copy_of_bin(folder: Path) -> Path:
    """The commands in a folder of their own, with no `.venv` beside them."""
    shutil.copytree(ROOT / "bin", folder / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "bin"


def run(
    *command: str | Path, cwd: Path = ROOT, seconds: float = 250, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=SHELL | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a new interpreter that knows the modules of bin/lib."""
    return run(sys.executable, "-c", code, PYTHONPATH=str(ROOT / "bin" / "lib"), **environment)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(fact: Callable[[], object], what: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, f"waited {seconds} s in vain until {what}"
        time.sleep(0.1)


def processes_of(mark: str) -> dict[int, str]:
    """Pid → command line, of every living process whose environment or command line holds the mark."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            if mark.encode() in told and int(folder.name) != os.getpid():
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found
