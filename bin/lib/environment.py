"""The folder `.venv` with exactly the pinned packages; what is there already is looked at, not remembered."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from console import dies_with_its_parent, say, stop

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Stands from the first file of an installation to the last: whoever finds it finds a half-finished one.
UNFINISHED = VENV / "unfinished"
# What would make another program of Python, Django or pytest.
OF_ANOTHER_PROGRAM = {"DJANGO_SETTINGS_MODULE", "PYTHONHOME", "PYTHONPATH", "PYTHONWARNINGS"}


def prepare(requirements: Path) -> None:
    """Afterwards `.venv` holds every package these requirements pin. Packages beyond them are left alone."""
    pins = pinned(requirements)
    if _is_sound() and not _missing(pins):
        return
    with one_at_a_time("installation") as lock:
        if not _is_sound():
            _begin_again(lock)
        if _missing(pins):
            _install(requirements, len(pins), lock)


def pinned(requirements: Path) -> dict[str, str]:
    """Name → version, following `-r`."""
    pins: dict[str, str] = {}
    for line in requirements.read_text().splitlines():
        if line.startswith("-r "):
            pins |= pinned(requirements.parent / line.split()[1])
        elif found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^ #]+)", line):
            pins[_normal(found[1])] = found[2]
    return pins


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _missing(pins: dict[str, str]) -> set[str]:
    installed = {_normal(name): version for name, version, _ in _installed()}
    return {name for name, version in pins.items() if installed.get(name) != version}


def _installed() -> Iterator[tuple[str, str, Path]]:
    for info in VENV.glob("lib/python3.*/site-packages/*.dist-info"):
        name, _, version = info.stem.rpartition("-")
        yield name, version, info


def _is_sound() -> bool:
    """Whether nothing was broken off half-way: Python answers, and each package has the files it lists."""
    if UNFINISHED.exists() or not os.access(PYTHON, os.X_OK) or not _was_made_here():
        return False
    answer = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False)
    return answer.returncode == 0 and all(_is_whole(info) for _, _, info in _installed())


def _was_made_here() -> bool:
    """Programs of packages name their Python by its place: moved or copied with its folder, they find it no more."""
    try:
        return str(VENV) in (VENV / "bin" / "pip").read_text(encoding="utf-8")
    except OSError:
        return False


def _is_whole(info: Path) -> bool:
    try:
        listed = (info / "RECORD").read_text(encoding="utf-8")
    except OSError:
        return False
    tops = {line.split(",")[0].split("/")[0] for line in listed.splitlines()}
    return all((info.parent / top).exists() for top in tops - {"..", ""})


@contextmanager
def one_at_a_time(what: str) -> Iterator[TextIO]:
    """Once in this checkout; the lock goes with the process, however it ends.

    It is given so that a child can have it for its input: then it lasts until the child's own children are gone too.
    """
    path = ROOT / "var" / f"{what}.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("w+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another {what} in this folder to finish …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def outside(unwanted: Iterable[str]) -> dict[str, str]:
    """This shell's environment without what is unwanted.

    What happens to be set here for production, or for another project, must not reach what runs in this folder.
    """
    without = {*unwanted, *OF_ANOTHER_PROGRAM}
    return {name: value for name, value in os.environ.items() if name not in without}


def _begin_again(lock: TextIO) -> None:
    if VENV.exists():
        say("What stands in .venv is not a finished installation of this folder: removing it and beginning again.")
        shutil.rmtree(VENV)
    say(f"Making .venv with Python {sys.version_info.major}.{sys.version_info.minor} …")
    VENV.mkdir()
    UNFINISHED.touch()
    # Not the Python of an active environment, which may be the very folder that was just removed.
    python = getattr(sys, "_base_executable", None) or sys.executable
    made = subprocess.run(
        [python, "-m", "venv", str(VENV)],
        stdin=lock,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=dies_with_its_parent(),
    )
    if made.returncode:
        last = (made.stdout + made.stderr).strip().splitlines() or ["no reason given"]
        stop(f".venv could not be made ({last[-1]}): mend that and run this again.")
    UNFINISHED.unlink()


def _install(requirements: Path, count: int, lock: TextIO) -> None:
    """Run pip, wheels only, counting what it reports. It writes nothing before it has fetched everything."""
    say(f"Installing {count} packages from {requirements.name} …")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--only-binary=:all:"]
    command += ["--progress-bar=off", "--retries=2", "--requirement", str(requirements)]
    pip = subprocess.Popen(
        command,
        stdin=lock,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=dies_with_its_parent(),
    )
    lines = []
    for line in pip.stdout or ():
        lines.append(line.strip())
        _show(lines, count)
    if pip.wait():
        stop(_what_went_wrong(lines))
    UNFINISHED.unlink(missing_ok=True)


# How pip names a package it takes up: from an index, from a folder, or as there already.
TAKES_UP = re.compile(
    r"(?:Collecting|Processing|Requirement already satisfied:) (?:\S*/)?(\S+?)(?:-py\S+|-cp\S+)?(?: |$)"
)


def _show(lines: list[str], count: int) -> None:
    if taken := TAKES_UP.match(lines[-1]):
        say(f"  {sum(bool(TAKES_UP.match(line)) for line in lines):>2}/{count} {taken[1]}")
    elif lines[-1].startswith("Installing collected packages"):
        UNFINISHED.touch()
        say("  unpacking …")


def _what_went_wrong(lines: list[str]) -> str:
    text = "\n".join(lines)
    if re.search(
        r"NewConnectionError|ConnectionError|NameResolution|Timeout|ProxyError|Connection (refused|reset)", text
    ):
        return "The packages could not be fetched: check the network connection and run this again."
    errors = [line for line in lines if line.startswith("ERROR: ")] or lines[-1:] or ["no reason given"]
    return f"The packages could not be installed ({errors[0].removeprefix('ERROR: ')}): mend that and run this again."
