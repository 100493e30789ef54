"""The programs a machine needs for the tests: found, or installed where that is permitted, or named exactly."""

import os
import shutil
import subprocess
from collections.abc import Callable
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

from console import say, stop


def postgresql(name: str = "initdb") -> str | None:
    """A program of the newest PostgreSQL. Debian keeps them off the path."""
    homes = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql@*/bin")]
    for home in sorted(homes, key=lambda home: float(home.parent.name.split("@")[-1]), reverse=True):
        if (home / name).exists() and (home / "postgres").exists():
            return str(home / name)
    return shutil.which(name)


def redis() -> str | None:
    return shutil.which("redis-server") or shutil.which("valkey-server")


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    wanted = os.environ.get("CHROMIUM")
    return wanted or next(filter(None, map(shutil.which, names)), str(mac) if mac.exists() else None)


def pango() -> str | None:
    """What draws the letters of a PDF, by the names under which WeasyPrint looks for it."""
    found = [find_library(name) for name in ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")]
    return found[0] if all(found) else None


@dataclass(frozen=True)
class Need:
    name: str
    packages: str
    find: Callable[[], str | None]


NEEDS = (
    Need("PostgreSQL", "postgresql", postgresql),
    Need("Redis", "redis-server", redis),
    Need("Chromium", "chromium", chromium),
    Need("Pango", "libpangoft2-1.0-0 libharfbuzz-subset0", pango),
)


def provide() -> None:
    """Afterwards every program is there; or the command has ended, saying what to install."""
    missing = [need for need in NEEDS if not need.find()]
    if not missing:
        return
    names = ", ".join(need.name for need in missing)
    if apt := _apt():
        say(f"Installing {names} …")
        _install(apt, [name for need in missing for name in need.packages.split()])
        missing = [need for need in missing if not need.find()]
    if missing:
        packages = " ".join(need.packages for need in missing)
        stop(f"Missing: {names}. Install and run this again (Debian, Ubuntu: sudo apt-get install {packages}).")


def _apt() -> list[str] | None:
    """The package manager, when it is there and may be used without a password."""
    if not shutil.which("apt-get"):
        return None
    # A package brings a service: it must not be started on a machine that only runs tests.
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=600"]
    if os.geteuid() == 0:
        return quiet
    may = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n", *quiet] if may and may.returncode == 0 else None


def _install(apt: list[str], packages: list[str]) -> None:
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*apt, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            say("\n".join(done.stdout.splitlines()[-5:]))
            return
