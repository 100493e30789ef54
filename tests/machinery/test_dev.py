"""bin/dev itself, with its real processes."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.machinery.commands import ROOT, SHELL, free_port, processes_of, run, wait_until

DEV = ROOT / "bin" / "dev"


@contextmanager
def running(folder: Path, *words: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """bin/dev on a folder and a port of its own, once it has said that it is ready."""
    port = free_port()
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [DEV, "--port", str(port), *words],
            env={**SHELL, "DATA_DIR": str(folder / "var")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(
            lambda: "The product is at" in log.read_text() or process.poll() is not None, "bin/dev is ready", 120
        )
        yield process, port
    finally:
        process.kill()
        process.wait()


def pids(mark: Path, name: str) -> list[int]:
    """Of the product's web, worker or beat."""
    words = {"web": " uvicorn als_project", "worker": " als_project worker ", "beat": " als_project beat "}
    return [pid for pid, command in processes_of(str(mark)).items() if words[name] in command]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an earlier start has written: an empty database. Written once, because that takes long."""
    written = tmp_path_factory.mktemp("written") / "var"
    assert run(DEV, "manage", "migrate", DATA_DIR=str(written)).returncode == 0
    return written


@pytest.fixture
def folder(tmp_path: Path, data: Path) -> Path:
    """A folder in which bin/dev has run before."""
    shutil.copytree(data, tmp_path / "var")
    return tmp_path


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_process_that_dies_is_started_again(folder: Path, name: str) -> None:
    with running(folder):
        (before,) = pids(folder, name)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: set(pids(folder, name)) - {before}, f"{name} runs again")
        assert f"{name} ended (SIGKILL); it starts again in 1 s.\n" in (folder / "log").read_text()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_it_leaves_no_process(folder: Path, how: signal.Signals) -> None:
    with running(folder) as (process, _):
        process.send_signal(how)
        assert process.wait(15) == 130
        assert processes_of(str(folder)) == {}


def test_killed_outright_it_leaves_no_process(folder: Path) -> None:
    with running(folder) as (process, _):
        assert len(processes_of(str(folder))) == 4
        process.kill()
        process.wait()
        wait_until(lambda: processes_of(str(folder)) == {}, "its processes are gone", 10)


def test_it_says_where_it_is_and_how_to_sign_in(folder: Path) -> None:
    with running(folder) as (_, port):
        said = (folder / "log").read_text()
        assert f"The product is at http://localhost:{port}/\n" in said
        assert f"Sign up at http://localhost:{port}/accounts/signup/.\n" in said
        assert f"the code arrives at http://localhost:{port}/dev/mail/\n" in said


def test_the_first_start_loads_the_demo_once(tmp_path: Path) -> None:
    with running(tmp_path):
        first = (tmp_path / "log").read_text()
    with running(tmp_path):
        second = (tmp_path / "log").read_text()
    assert (first.count("Loading the demo …"), second.count("Loading the demo …")) == (1, 0)
    signing_in = (tmp_path / "var" / "sign-in.txt").read_text().strip()
    assert "@" in signing_in
    assert signing_in in first
    assert signing_in in second


def test_a_demo_that_was_broken_off_is_loaded_by_the_next_start(folder: Path) -> None:
    (folder / "var" / "demo-wanted").touch()
    with running(folder):
        assert (folder / "log").read_text().count("Loading the demo …") == 1
    assert not (folder / "var" / "demo-wanted").exists()


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(DEV, "--port", str(port), DATA_DIR=str(tmp_path))
        sentence = f"Port {port} is taken: stop what uses it, or choose another with bin/dev --port {port + 1}.\n"
        assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)
        assert run(DEV, DATA_DIR=str(tmp_path), PORT=str(port)).stderr == sentence


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_told_in_one_line(tmp_path: Path, port: str) -> None:
    done = run(DEV, f"--port={port}", DATA_DIR=str(tmp_path))
    sentence = "The port must be a number from 1 to 65535: for example bin/dev --port 8001.\n"
    assert (done.returncode, done.stderr) == (1, sentence)


def test_a_second_product_on_the_same_folder_is_refused(folder: Path) -> None:
    var = folder / "var"
    with running(folder):
        done = run(DEV, "--fresh", "--port", str(free_port()), DATA_DIR=str(var))
        sentence = f"The product already runs on {var}: stop that one first, or set DATA_DIR to another folder.\n"
        assert (done.returncode, done.stderr) == (1, sentence)
        assert (var / "als.sqlite3").exists()


def tables(var: Path, question: str) -> list[tuple[str]]:
    with closing(sqlite3.connect(var / "als.sqlite3")) as database:
        return database.execute(question).fetchall()


def test_fresh_says_what_it_removes_and_touches_nothing_else(folder: Path) -> None:
    var = folder / "var"
    (var / "mail").mkdir(exist_ok=True)
    (var / "mine.txt").write_text("kept")
    tables(var, "CREATE TABLE of_the_old_database (x)")
    with running(folder, "--fresh", "--empty"):
        said = (folder / "log").read_text().splitlines()
        assert said[0].startswith(f"Removing the database: {var / 'als.sqlite3'}")
        assert said[1] == f"Removing the mail: {var / 'mail'}"
        assert said[2].startswith("Removing the queue: ")
        names = [name for (name,) in tables(var, "SELECT name FROM sqlite_master")]
        assert ("users_user" in names, "of_the_old_database" in names) == (True, False)
        assert (var / "mine.txt").read_text() == "kept"


def test_manage_runs_with_the_settings_of_development(tmp_path: Path) -> None:
    code = "from django.conf import settings as s; print(s.DEBUG, s.DATABASES['default']['NAME'], s.REDIS_URL)"
    words = ("manage", "shell", "--no-imports", "-c", code)
    done = run(
        DEV, *words, DATA_DIR=str(tmp_path), REDIS_URL="redis://production", DATABASE_URL="postgres://production/x"
    )
    assert (done.returncode, done.stdout) == (0, f"True {tmp_path / 'als.sqlite3'} \n")


def test_manage_passes_its_options_on(tmp_path: Path) -> None:
    done = run(DEV, "manage", "migrate", "--help", DATA_DIR=str(tmp_path))
    assert done.stdout.startswith("usage: manage.py migrate")
