"""python -m benchmarks NAME [--quick] [--json FILE]"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.table import show

NAMES = sorted(each.parent.name for each in Path(__file__).parent.glob("*/run.py"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure the product beside its floor.")
    parser.add_argument("name", choices=NAMES, help="what to measure")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter: whether it runs, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    figures = import_module(f"benchmarks.{options.name}.run").measure(quick=options.quick)
    sys.exit(0 if show(figures, options.json) else 1)


if __name__ == "__main__":
    main()
