"""python -m benchmarks NAME [--quick] [--json FILE]: what bin/bench runs once its servers are up."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.table import show


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures = import_module(f"benchmarks.{options.name}.run").measure(quick=options.quick)
    return 0 if show(figures, options.json) else 1


if __name__ == "__main__":
    sys.exit(main())
