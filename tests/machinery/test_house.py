"""The house rules that a machine can read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machinery.commands import ROOT

# Each floor stands on those before it.
FLOORS = ["als_project", "sets", "sessions", "actions"]
LINES = 300


def sources(*folders: str, kinds: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in kinds)


def imported_by(path: Path) -> set[str]:
    """The top-level packages of every import, also those inside functions and type-checking blocks."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "import_module":
            found |= {str(word.value).split(".")[0] for word in node.args if isinstance(word, ast.Constant)}
    return found


@pytest.mark.parametrize("floor", FLOORS)
def test_every_import_goes_down(floor: str) -> None:
    above = set(FLOORS[FLOORS.index(floor) + 1 :])
    upwards = {
        f"{path.relative_to(ROOT)} imports {name}" for path in sources(floor) for name in imported_by(path) & above
    }
    assert upwards == set()


@pytest.mark.parametrize("floor", FLOORS)
def test_the_product_does_not_lean_on_its_tests(floor: str) -> None:
    assert {path for path in sources(floor) if imported_by(path) & {"tests", "benchmarks", "pytest"}} == set()


def test_no_file_is_longer_than_300_lines() -> None:
    # Migrations are generated.
    own = sources(*FLOORS, "tests", "bin", "benchmarks", "static/js", "templates", kinds=(".py", ".js", ".html"))
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in own
        if "migrations" not in path.parts
    }
    assert {path: length for path, length in lengths.items() if length > LINES} == {}
