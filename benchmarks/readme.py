"""python -m benchmarks.readme FILE: the figures that `bin/bench --json FILE` wrote, as README shows them."""

import sys
from pathlib import Path

from benchmarks.table import Figure, read

WHO = "member", "facilitator"
MORE = "among 10,000 actions", "among 1,000,000 actions"
COLUMNS = {
    "processor": ("processor, server and database",),
    "requests a second": ("8 at once, requests",),
    "p99": ("8 at once, p99",),
    "queries": ("queries",),
    "beside one row": ("queries with 300 rows, beside 1 row",),
    "HTML": ("HTML, compressed",),
    "CSS and JS": ("CSS and JS of a first load, compressed",),
    "among 10,000 or a million": MORE,
    "read whole": ("tables read from end to end",),
}


def main(file: Path) -> None:
    figures = read(file)
    pages = list(dict.fromkeys(each.name.partition(",")[0] for each in figures if each.name.endswith(": queries")))
    lines = [f"| page | {' | '.join(COLUMNS)} |", f"| --- |{' ---: |' * len(COLUMNS)}"]
    lines += [f"| {page} | {' | '.join(cell(figures, page, what) for what in COLUMNS.values())} |" for page in pages]
    of_pages = {f"{page}, {who}" for page in pages for who in WHO}
    others = [each for each in figures if each.name.partition(":")[0] not in of_pages]
    # Of what holds among ten thousand and among a million, the million says it.
    others = [each for each in others if MORE[0] not in each.name or each.holds is False]
    lines += ["", "| besides | figure | beside the floor | goal |", "| --- | ---: | ---: | ---: |"]
    lines += [beside(each) for each in others]
    sys.stdout.write("\n".join(lines) + "\n")


def beside(figure: Figure) -> str:
    name, value, unit, _floor, ratio, goal, _holds = figure.row()
    return f"| {name.strip()} | {value} {unit} | {ratio} | {shown(goal, figure)} |"


def cell(figures: list[Figure], page: str, what: tuple[str, ...]) -> str:
    """The worst of both readers'."""
    asked = {f"{page}, {who}: {one}" for who in WHO for one in what}
    found = [each for each in figures if each.name in asked]
    if not found:
        return ""
    worse = (min if found[0].at_least else max)(found, key=lambda each: each.ratio or each.figure)
    _name, value, unit, _floor, ratio, _goal, _holds = worse.row()
    as_ratio = worse.of_floor and worse.ratio is not None
    return shown(ratio if as_ratio else f"{float(value):g} {unit}".strip(), worse)


def shown(text: str, figure: Figure) -> str:
    """What misses its goal stands out."""
    return f"**{text}**" if figure.holds is False else text


if __name__ == "__main__":
    main(Path(sys.argv[1]))
