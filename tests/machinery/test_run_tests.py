"""bin/test, run on a test that stands outside the checkout."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machinery.commands import ROOT, SHELL, processes_of, run, run_python, wait_until

TEST = ROOT / "bin" / "test"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Open to the user that PostgreSQL runs as, as /tmp is and pytest's own folders are not."""
    path = Path(tempfile.mkdtemp(prefix="als-of-a-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def bin_test(folder: Path, body: str, *options: str) -> "subprocess.CompletedProcess[str]":
    (folder / "test_given.py").write_text(body)
    (folder / "temporary").mkdir(exist_ok=True, mode=0o755)
    return run(TEST, folder / "test_given.py", *options, TMPDIR=str(folder / "temporary"))


def last_line(done: "subprocess.CompletedProcess[str]") -> str:
    return done.stdout.splitlines()[-1].strip("= ").partition(" in ")[0]


def test_it_succeeds_and_ends_with_a_plain_count(folder: Path) -> None:
    done = bin_test(folder, "def test_fine(): pass\ndef test_too(): pass\n")
    assert (done.returncode, last_line(done)) == (0, "2 passed")


def test_a_failure_is_counted_and_makes_it_fail(folder: Path) -> None:
    done = bin_test(folder, "def test_fine(): pass\ndef test_not(): assert False\n")
    assert (done.returncode, last_line(done)) == (1, "1 failed, 1 passed")


def test_a_run_of_no_test_is_a_failure(folder: Path) -> None:
    done = bin_test(folder, "def test_fine(): pass\n", "-k", "nothing_of_that_name")
    assert (done.returncode, last_line(done)) == (1, "no tests ran")


def test_the_servers_are_real_private_and_gone_afterwards(folder: Path) -> None:
    body = """
import os, psycopg2, redis
def test_servers():
    with psycopg2.connect(os.environ["TEST_POSTGRES_URL"] + "/postgres") as connection, connection.cursor() as cursor:
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("127.0.0.1",)
    connection.close()
    with redis.Redis.from_url(os.environ["TEST_REDIS_URL"]) as client:
        assert client.ping()
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
    assert os.access(os.environ["CHROMIUM"], os.X_OK)
    assert os.environ["DATABASE_URL"].startswith(os.environ["TEST_POSTGRES_URL"])
"""
    done = bin_test(folder, body)
    assert (done.returncode, last_line(done)) == (0, "1 passed")
    assert processes_of(str(folder)) == {}
    assert list((folder / "temporary").iterdir()) == []


LINGERS = f"""
import subprocess, sys, time
def test_lingers():
    subprocess.Popen([{sys.executable!r}, "-c", "import time; time.sleep(300)"], start_new_session=True)
    print("waiting", flush=True)
    time.sleep(300)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stopped_it_stops_what_it_and_its_tests_started(folder: Path, how: signal.Signals) -> None:
    (folder / "test_given.py").write_text(LINGERS)
    (folder / "temporary").mkdir(mode=0o755)
    with subprocess.Popen(
        [TEST, folder / "test_given.py", "--capture=no"],
        env={**SHELL, "TMPDIR": str(folder / "temporary")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        stop_when_it_waits(process, folder, how)
    assert process.returncode == 130
    assert processes_of(str(folder)) == {}
    assert list((folder / "temporary").iterdir()) == []


def stop_when_it_waits(process: "subprocess.Popen[str]", folder: Path, how: signal.Signals) -> None:
    assert process.stdout
    try:
        assert any("waiting" in line for line in iter(process.stdout.readline, ""))
        left_behind = [line for line in processes_of(str(folder)).values() if "import time; time.sleep(300)" in line]
        assert len(left_behind) == 1
        process.send_signal(how)
        process.communicate(timeout=60)
    finally:
        process.kill()


def test_killed_outright_it_leaves_no_server(folder: Path) -> None:
    (folder / "test_given.py").write_text("import time\ndef test_lingers():\n    time.sleep(300)\n")
    (folder / "temporary").mkdir(mode=0o755)
    command = [TEST, folder / "test_given.py"]
    environment = {**SHELL, "TMPDIR": str(folder / "temporary")}
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_until(lambda: any("pytest" in line for line in processes_of(str(folder)).values()), "the test runs")
    process.kill()
    process.wait()
    wait_until(lambda: processes_of(str(folder)) == {}, "its servers are gone", 20)


def test_what_is_missing_and_cannot_be_installed_is_named_exactly() -> None:
    code = """
import system
system.NEEDS = (
    system.Need("PostgreSQL", "postgresql", lambda: None),
    system.Need("Redis", "redis-server", lambda: "/usr/bin/redis-server"),
    system.Need("Chromium", "chromium", lambda: None),
)
system.provide()
"""
    done = run_python(code, PATH="/nonexistent")
    packages = "sudo apt-get install postgresql chromium"
    sentence = f"Missing: PostgreSQL, Chromium. Install and run this again (Debian, Ubuntu: {packages}).\n"
    assert (done.returncode, done.stderr) == (1, sentence)


def test_what_is_missing_is_installed_where_that_is_permitted(tmp_path: Path) -> None:
    """With a package manager that writes down what it was asked for; nothing is installed by this test."""
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> {tmp_path}/asked\ntouch {tmp_path}/chromium\n')
    apt.chmod(0o755)
    code = f"""
import os, system
from pathlib import Path
os.geteuid = lambda: 0
there = Path({str(tmp_path / "chromium")!r})
system.NEEDS = (system.Need("Chromium", "chromium", lambda: str(there) if there.exists() else None),)
system.provide()
"""
    done = run_python(code, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert (done.returncode, done.stdout) == (0, "Installing Chromium …\n")
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == [
        "noninteractive -q -o DPkg::Lock::Timeout=600 update",
        "noninteractive -q -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends chromium",
    ]
