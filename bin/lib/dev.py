"""bin/dev: the whole product from a fresh clone, on this machine, with no server to install."""

import argparse
import errno
import fcntl
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TextIO

from console import dies_with_its_parent, say, stop, stop_when_told
from environment import PYTHON, ROOT, outside, prepare
from supervisor import supervise

DATA = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
DATABASE = DATA / "als.sqlite3"
# How to sign in to the demo: what `load_demo` said when it was loaded.
SIGN_IN = DATA / "sign-in.txt"
# Stands from before the first migration until the demo is in: a start broken off between them is taken up again.
DEMO_WANTED = DATA / "demo-wanted"
# What the embedded product writes, in the words of `--fresh`. Nothing else in the folder is touched.
WRITTEN = {
    "the database": ["als.sqlite3*"],
    "the mail": ["mail"],
    "the queue": ["broker", "tmp"],
    "the demo's addresses": [SIGN_IN.name, DEMO_WANTED.name],
}
# These lead to a production's data, mail and people: set in a shell, they must not reach the embedded product.
# fmt: off
OF_PRODUCTION = (
    "SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS", "SITE_URL", "STATIC_ROOT",
    "CSRF_TRUSTED_ORIGINS", "HTTPS_ONLY", "BEHIND_TLS_PROXY", "TRUSTED_PROXY_COUNT", "IMAP_URL",
    "DEFAULT_FROM_EMAIL", "CALENDAR_ADDRESS",
)
# fmt: on


def main() -> None:
    stop_when_told()
    options, rest = arguments()
    if options.port is None:
        stop("The port must be a number from 1 to 65535: for example bin/dev --port 8001.")
    if rest:
        prepare(ROOT / "requirements.txt")
        os.execve(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *rest], development(options.port))
    run(options)


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """The options, and what follows `manage`."""
    given = sys.argv[1:]
    rest = given[1:] or ["help"] if given[:1] == ["manage"] else []
    parser = argparse.ArgumentParser(
        prog="bin/dev",
        description="Run the whole product on this machine: web, worker and clock, with no server to install.",
        epilog="bin/dev manage … runs manage.py with the same settings.",
    )
    parser.add_argument("--port", type=port, default=port(os.environ.get("PORT") or "8000"), help="8000, or PORT")
    parser.add_argument("--empty", action="store_true", help="start a new database without the demo")
    parser.add_argument("--fresh", action="store_true", help="remove the database and the mail, and begin again")
    return parser.parse_args([] if rest else given), rest


def port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 65536 else None


def run(options: argparse.Namespace) -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    lock = hold_the_data()
    refuse_a_taken_port(options.port)
    prepare(ROOT / "requirements.txt")
    if options.fresh:
        remove_what_was_written()
    environment = development(options.port)
    fill_the_database(environment, demo=not options.empty)
    with lock:
        supervise(commands(options.port), environment, port=options.port, when_ready=greeting(options.port))


def hold_the_data() -> TextIO:
    """Only one product writes to a folder. The lock goes with this process, however it ends."""
    lock = (DATA / "running.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stop(f"The product already runs on {DATA}: stop that one first, or set DATA_DIR to another folder.")
    return lock


def refuse_a_taken_port(number: int) -> None:
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                stop(f"Port {number} is taken: stop what uses it, or choose another with bin/dev --port {number + 1}.")
            if error.errno == errno.EACCES:
                stop(f"Port {number} is not open to you: choose one above 1023, for example bin/dev --port 8001.")


def remove_what_was_written() -> None:
    """Says what goes before it goes."""
    for what, patterns in WRITTEN.items():
        paths = sorted(path for pattern in patterns for path in DATA.glob(pattern))
        if paths:
            say(f"Removing {what}: {', '.join(str(path) for path in paths)}")
        for path in paths:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def fill_the_database(environment: dict[str, str], *, demo: bool) -> None:
    """Migrations always; the demo once, when the database is new."""
    if not demo:
        DEMO_WANTED.unlink(missing_ok=True)
    elif not DATABASE.exists():
        DEMO_WANTED.touch()
    say("Bringing the database up to date …")
    manage(environment, "migrate", "--noinput", "--verbosity=0")
    if DEMO_WANTED.exists():
        say("Loading the demo …")
        SIGN_IN.write_text(manage(environment, "load_demo"), encoding="utf-8")
        DEMO_WANTED.unlink()


def manage(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [PYTHON, ROOT / "manage.py", *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=dies_with_its_parent(),
    )
    if done.returncode:
        stop(f"`manage.py {words[0]}` failed, for the reason above: mend it, or begin again with bin/dev --fresh.")
    return done.stdout


def development(number: int) -> dict[str, str]:
    """The environment of the embedded product. Its temporary files stand beside its queue, on the same disk:
    the queue moves its messages there, and only a move on one disk is in one piece."""
    scratch = DATA / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    own = {"DEBUG": "1", "DATA_DIR": str(DATA), "PORT": str(number), "TMPDIR": str(scratch), "PYTHONUNBUFFERED": "1"}
    return outside(OF_PRODUCTION) | own


def commands(number: int) -> dict[str, list[str]]:
    # Its warning to root is for machines that others reach.
    quiet = "-Wignore:You're running the worker with superuser privileges"
    celery = [str(PYTHON), quiet, "-m", "celery", "--quiet", "-A", "als_project"]
    web = [str(PYTHON), "-m", "uvicorn", "als_project.asgi:application", "--host=127.0.0.1", f"--port={number}"]
    return {
        # An open stream of events would keep a stopping server for ever.
        "web": [*web, "--no-access-log", "--log-level=warning", "--timeout-graceful-shutdown=3"],
        "worker": [
            *celery,
            *("worker", "--pool=solo", "--without-gossip", "--without-mingle", "--without-heartbeat"),
            "--loglevel=WARNING",
        ],
        "beat": [*celery, "beat", "--pidfile=", "--loglevel=WARNING"],
    }


def greeting(number: int) -> str:
    address = f"http://localhost:{number}"
    demo = SIGN_IN.read_text(encoding="utf-8").strip() if SIGN_IN.exists() else ""
    how = demo or f"Sign up at {address}/accounts/signup/."
    return (
        f"\n{how}\n\nThe product is at {address}/\n"
        f"Sign in with an address alone; the code arrives at {address}/dev/mail/\nCtrl-C stops everything."
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        say("\nStopped.")
        raise SystemExit(130) from None
