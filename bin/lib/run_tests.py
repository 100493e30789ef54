"""bin/test: linters, types and every test, on a PostgreSQL and a Redis of their own."""

import argparse
import base64
import json
import os
import re
import secrets
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import system
from console import say, stop_when_told
from environment import PYTHON, ROOT, VENV, one_at_a_time, outside, prepare
from processes import adopt_orphans, call, end_what_is_left
from servers import scratch_folder, servers

# These drive a browser against servers of their own: no test database, and so no pytest-django.
IN_A_BROWSER = ("tests/rooms", "tests/journeys", "tests/browser")
FAULTS = "tests/faults"
LINTERS = {
    "ruff check": ["ruff", "check"],
    "ruff format": ["ruff", "format", "--check"],
    "mypy": ["mypy"],
    "djlint": ["djlint", "--lint", "--quiet", "templates"],
}
DJANGO = {
    "migrations": ["makemigrations", "--check", "--dry-run"],
    "check --deploy": ["check", "--deploy", "--fail-level", "WARNING"],
}
NO_TESTS_COLLECTED = 5


def main() -> int:
    stop_when_told()
    adopt_orphans()
    paths, options, long = arguments()
    system.provide()
    prepare(ROOT / "requirements-dev.txt")
    with scratch_folder() as folder:
        try:
            with servers(folder) as addresses:
                env = environment(folder, addresses) | ({"FAULTS": "long"} if long else {})
                return run(paths, options, folder, env)
        finally:
            end_what_is_left()


def arguments() -> tuple[list[str], list[str], bool]:
    """The paths, whatever else is meant for pytest, and whether the faults are to be tried at length."""
    parser = argparse.ArgumentParser(
        prog="bin/test",
        usage="%(prog)s [--faults] [PATH …] [pytest options]",
        description="Linters, types and every test, on servers of their own. With a PATH: only the tests in it.",
    )
    parser.add_argument("--faults", action="store_true", help="the long version of tests/faults, about an hour")
    told, given = parser.parse_known_args()
    paths = [word for word in given if (ROOT / word.split("::")[0]).exists()]
    options = [word for word in given if word not in paths]
    return [word.rstrip("/") for word in paths] or [FAULTS] * told.faults, options, told.faults


def environment(folder: Path, addresses: dict[str, str]) -> dict[str, str]:
    """Production's settings for these servers, with keys of the hour."""
    return outside(read_by_the_product() | {"PYTEST_ADDOPTS"}) | {
        **addresses,
        "DATABASE_URL": f"{addresses['TEST_POSTGRES_URL']}/als",
        "REDIS_URL": f"{addresses['TEST_REDIS_URL']}/0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "SITE_URL": "http://testserver",
        "HTTPS_ONLY": "0",
        "WHO_MAY_SIGN_UP": "anyone",
        "DATA_DIR": str(folder / "data"),
        "CHROMIUM": system.chromium() or "",
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTEST_PLUGINS": "tests.own_redis",
    }


def read_by_the_product() -> set[str]:
    """Every name that settings.py asks the environment for."""
    return set(re.findall(r'env(?:\.\w+)?\(\s*["\']([A-Z_]+)["\']', (ROOT / "als_project" / "settings.py").read_text()))


def run(paths: list[str], options: list[str], folder: Path, env: dict[str, str]) -> int:
    started = time.monotonic()
    failed = [] if paths else checks(env)
    # Pages name their static files by the hash that this writes down.
    if not passes("collectstatic", [str(PYTHON), "manage.py", "collectstatic", "--noinput", "--verbosity=0"], env):
        failed.append("collectstatic")
    began = time.monotonic()
    reports: list[Path] = []
    for words in pytest_runs(paths):
        reports.append(folder / f"report-{len(reports)}.xml")
        status = call([str(PYTHON), "-m", "pytest", *words, *options, f"--junitxml={reports[-1]}"], env)
        if status not in (0, NO_TESTS_COLLECTED):
            failed.append("pytest " + words[-1])
    total = add_up(reports)
    if not sum(total.values()):
        failed.append("no test ran")
    if failed:
        say(f"\nFailed: {', '.join(failed)}")
    say(closing(total, time.monotonic() - began))
    if not paths and not options:
        note_for_bench(time.monotonic() - started, passed=not failed)
    return 1 if failed else 0


def note_for_bench(seconds: float, *, passed: bool) -> None:
    """How long the whole took: `bin/bench start` tells it on."""
    note = {"seconds": round(seconds), "passed": passed, "at": datetime.now(UTC).isoformat()}
    (ROOT / "var" / "last-test-run.json").write_text(json.dumps(note) + "\n")


def checks(env: dict[str, str]) -> list[str]:
    """The names of those that failed; what they had to say has been said."""
    production = env | {"HTTPS_ONLY": "1", "SITE_URL": "https://sets.example", "ALLOWED_HOSTS": "sets.example"}
    manage = [str(PYTHON), "manage.py"]
    with one_at_a_time("check"):  # two at once would break each other's cache
        linted = {name: passes(name, [str(PYTHON), "-m", *words], env) for name, words in LINTERS.items()}
    checked = {name: passes(name, [*manage, *words], production) for name, words in DJANGO.items()}
    return [name for name, passed in (linted | checked).items() if not passed]


def passes(name: str, command: list[str], env: dict[str, str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    say(f"{name:<15} {'FAILED' if done.returncode else 'ok':<7} {time.monotonic() - began:5.1f} s")
    if done.returncode:
        say(done.stdout)
    return done.returncode == 0


def pytest_runs(paths: list[str]) -> list[list[str]]:
    """The words of each pytest to run: one with Django, one for the browser."""
    whole = not paths or "tests" in paths
    browser = [path for path in (IN_A_BROWSER if whole else paths) if path.startswith(IN_A_BROWSER)]
    django = ["tests"] if whole else [path for path in paths if path not in browser]
    runs = []
    if django:
        # Two at once are worth their start only for many. Few at a time: otherwise one gets all that take long.
        workers = ["--numprocesses=2", "--maxschedchunk=8"] if whole else []
        runs.append([*workers, *(f"--ignore={path}" for path in IN_A_BROWSER), *django])
    if browser:
        # A file's tests share the servers that it has started, and so do the rooms' files: one after the other.
        workers = ["--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder"] if whole else []
        runs.append(["-p", "no:django", *workers, *browser])
    return runs


def add_up(reports: list[Path]) -> dict[str, int]:
    """What became of the tests, in pytest's words. A report that was never written counts as an error."""
    total = dict.fromkeys(("failed", "passed", "skipped", "errors"), 0)
    for report in reports:
        if not report.exists():
            total["errors"] += 1
            continue
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "skipped", "errors")}
            total["failed"] += count["failures"]
            total["skipped"] += count["skipped"]
            total["errors"] += count["errors"]
            total["passed"] += count["tests"] - count["failures"] - count["skipped"] - count["errors"]
    return total


def closing(total: dict[str, int], seconds: float) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in total.items() if count) or "no tests ran"
    return f" {counts} in {seconds:.2f}s ".center(80, "=")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("\nStopped.")
        sys.exit(130)
