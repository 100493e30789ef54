"""Figures, and the table they are shown in."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """What was measured. The goal is the most it may be: of the figure itself or, with `of_floor`, of the ratio."""

    name: str
    figure: float
    unit: str
    floor: float | None = None
    goal: float | None = None
    of_floor: bool = False

    @property
    def ratio(self) -> float | None:
        return self.figure / self.floor if self.floor else None

    @property
    def holds(self) -> bool | None:
        measured = self.ratio if self.of_floor else self.figure
        return None if self.goal is None or measured is None else measured <= self.goal

    def row(self) -> tuple[str, ...]:
        goal = "" if self.goal is None else f"≤ {self.goal:g} {'×' if self.of_floor else self.unit}"
        holds = {None: "", True: "yes", False: "NO"}[self.holds]
        floor = "" if self.floor is None else f"{self.floor:.2f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.1f} ×"
        return self.name, f"{self.figure:.2f}", self.unit, floor, ratio, goal, holds


def show(figures: list[Figure], file: Path | None) -> bool:
    """Prints the table, writes the JSON if asked; whether every goal holds."""
    rows = [("name", "figure", "unit", "floor", "ratio", "goal", "holds"), *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        left = row[0].ljust(widths[0])
        rest = "  ".join(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        sys.stdout.write(f"{left}  {rest}\n")
    if file:
        every = [asdict(each) | {"ratio": each.ratio, "holds": each.holds} for each in figures]
        file.write_text(json.dumps(every, indent=1) + "\n")
    return all(figure.holds is not False for figure in figures)
