"""What the figures were measured on."""

import os
import platform
import subprocess
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]
import redis


def described() -> str:
    machine = f"{os.cpu_count()} cores, {_gigabytes():.0f} GB, {_processor()}"
    servers = f"Python {platform.python_version()}, PostgreSQL {_postgresql()}, Redis {_redis()}"
    return f"{machine}; {servers}; {_commit()}"


def _gigabytes() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _processor() -> str:
    with open("/proc/cpuinfo") as lines:
        named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        return next(named, platform.machine())


def _postgresql() -> str:
    connection = psycopg2.connect(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl())
    try:
        return f"{connection.server_version // 10000}.{connection.server_version % 10000}"
    finally:
        connection.close()


def _redis() -> str:
    return str(redis.Redis.from_url(os.environ["REDIS_URL"]).info("server")["redis_version"])


def _commit() -> str:
    """“+”: with changes that are not committed."""
    asked = subprocess.run(["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, check=False)
    return f"commit {asked.stdout.strip()}" if asked.returncode == 0 else "no commit"
