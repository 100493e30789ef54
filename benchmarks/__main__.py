"""python -m benchmarks [NAME] [--quick] [--page PAGE] [--json FILE]: what bin/bench runs once its servers are up."""

import argparse
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.machine import described
from benchmarks.table import Figure, read, show, sum_up, write

# In this order when all are asked for.
NAMES = ("pages", "growth", "room", "messages", "start")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", nargs="?", choices=NAMES)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--page")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--part", action="store_true", help="one of several: whoever asked for them sums up")
    options = parser.parse_args()
    quick, page = options.quick, options.page
    chosen = {"page": page} if page else {"part": True} if options.part and options.name == "messages" else {}
    figures = one(options.name, quick=quick, **chosen) if options.name else every(options.json, quick=quick)
    if options.json:
        write(figures, options.json)
    if options.part:
        return 0
    sys.stdout.write(f"\n{described()}\n")
    return 0 if sum_up(figures) else 1


def one(name: str, *, quick: bool, **chosen: object) -> list[Figure]:
    figures: list[Figure] = import_module(f"benchmarks.{name}.run").measure(quick=quick, **chosen)
    show(figures)
    return figures


def every(file: Path | None, *, quick: bool) -> list[Figure]:
    """Each in a process of its own: none inherits the memory, the settings or the connections of another.

    The file has what is known so far, should a later one be broken off.
    """
    figures: list[Figure] = []
    for name in NAMES:
        sys.stdout.write(f"\n{name}\n")
        sys.stdout.flush()
        with tempfile.NamedTemporaryFile() as part:
            words = [name, "--part", "--json", part.name, *(["--quick"] if quick else [])]
            if status := subprocess.run([sys.executable, "-m", "benchmarks", *words], check=False).returncode:
                sys.exit(status)
            figures += read(Path(part.name))
        if file:
            write(figures, file)
    return figures


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
