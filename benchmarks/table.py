"""Figures, and the table they are shown in."""

import json
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """What was measured. The goal is for the figure itself or, with `of_floor`, for its ratio to the floor.

    It is the most it may be or, with `at_least`, the least.
    """

    name: str
    figure: float
    unit: str
    floor: float | None = None
    goal: float | None = None
    of_floor: bool = False
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        return self.figure / self.floor if self.floor else None

    @property
    def holds(self) -> bool | None:
        measured = self.ratio if self.of_floor else self.figure
        if self.goal is None or measured is None:
            return None
        return measured >= self.goal if self.at_least else measured <= self.goal

    def row(self) -> tuple[str, ...]:
        goal = (
            ""
            if self.goal is None
            else f"{'≥' if self.at_least else '≤'} {self.goal:g} {'×' if self.of_floor else self.unit}"
        )
        holds = {None: "", True: "yes", False: "NO"}[self.holds]
        floor = "" if self.floor is None else f"{self.floor:.2f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        return self.name, f"{self.figure:.2f}", self.unit, floor, ratio, goal, holds


def show(figures: list[Figure]) -> None:
    """The table for people."""
    rows = [("name", "figure", "unit", "floor", "ratio", "goal", "holds"), *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        left = row[0].ljust(widths[0])
        rest = "  ".join(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        sys.stdout.write(f"{left}  {rest}\n")


def sum_up(figures: list[Figure]) -> bool:
    """Says how many goals there were and names those that were missed; whether every one holds."""
    goals = [figure for figure in figures if figure.holds is not None]
    missed = [figure for figure in goals if not figure.holds]
    sys.stdout.write(f"\n{len(goals) - len(missed)} of {len(goals)} goals hold.\n")
    for figure in missed:
        name, value, unit, _floor, ratio, goal, _holds = figure.row()
        sys.stdout.write(f"  missed: {name}: {ratio if figure.of_floor else f'{value} {unit}'}, goal {goal}\n")
    return not missed


def write(figures: list[Figure], file: Path) -> None:
    """The same for machines."""
    every = [asdict(each) | {"ratio": each.ratio, "holds": each.holds} for each in figures]
    file.write_text(json.dumps(every, indent=1) + "\n")


def read(file: Path) -> list[Figure]:
    known = {field.name for field in fields(Figure)}
    return [Figure(**{name: each[name] for name in known}) for each in json.loads(file.read_text())]
