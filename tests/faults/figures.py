"""What the long versions measured, in `tests/faults/figures.txt`: the README quotes it with date and commit."""

from pathlib import Path

from tests.faults.conftest import LONG

FILE = Path(__file__).with_name("figures.txt")


def note(what: str, result: str) -> None:
    if LONG:
        with FILE.open("a") as file:
            file.write(f"{what}: {result}\n")
