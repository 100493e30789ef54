"""What the figures were measured on."""

import os
import platform
import subprocess


def described() -> str:
    machine = f"{os.cpu_count()} cores, {_gigabytes():.0f} GB, {_processor()}"
    return f"{machine}; Python {platform.python_version()}; {_commit()}"


def _gigabytes() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _processor() -> str:
    with open("/proc/cpuinfo") as lines:
        named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        return next(named, platform.machine())


def _commit() -> str:
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return f"commit {asked.stdout.strip()}" if asked.returncode == 0 else "no commit"
