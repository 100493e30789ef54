"""bin/bench: figures of the product beside their floor, on a PostgreSQL and a Redis of their own."""

import argparse
import resource
import sys
from pathlib import Path

import system
from console import say, stop_when_told
from environment import PYTHON, ROOT, prepare
from processes import adopt_orphans, call, end_what_is_left
from run_tests import environment
from servers import scratch_folder, servers

NAMES = sorted(each.parent.name for each in (ROOT / "benchmarks").glob("*/run.py"))


def main() -> int:
    stop_when_told()
    adopt_orphans()
    options = arguments()
    allow_many_connections()
    system.provide()
    prepare(ROOT / "requirements-dev.txt")
    with scratch_folder() as folder:
        try:
            with servers(folder) as addresses:
                env = environment(folder, addresses)
                return collect_static(env) or call([str(PYTHON), "-m", "benchmarks", *options], env)
        finally:
            end_what_is_left()


def arguments() -> list[str]:
    """Those of `python -m benchmarks`, looked at before anything is installed or started."""
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Measure the product beside its floor. Ends with status 1 where a goal is missed.",
    )
    parser.add_argument("name", nargs="?", choices=NAMES, help="what to measure; everything unless told")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter: whether it runs, not how fast")
    parser.add_argument("--page", help="only this page, of `pages` or `growth`: for example home")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    given = parser.parse_args()
    if given.page and given.name not in ("pages", "growth"):
        parser.error("--page goes with pages or growth: bin/bench pages --page home")
    name = [given.name] if given.name else []
    page = ["--page", given.page] if given.page else []
    file = ["--json", str(given.json.resolve())] if given.json else []
    return [*name, *(["--quick"] if given.quick else []), *page, *file]


def collect_static(env: dict[str, str]) -> int:
    """Pages name their static files by the hash that this writes down. Its exit status."""
    return call([str(PYTHON), "manage.py", "collectstatic", "--noinput", "--verbosity=0"], env)


def allow_many_connections() -> None:
    """As many open files as this machine lets one process have: a stream is one at either end."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("\nStopped.")
        sys.exit(130)
