"""Which Python the commands hand over to, on machines that are told here by what stands on the path."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.machinery.commands import copy_of_bin, run

NEEDED = "This needs Python 3.11, 3.12 or 3.13"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A path with a shell and no Python yet; the commands stand in the same folder."""
    path = tmp_path / "path"
    path.mkdir()
    for name in ("sh", "dirname"):
        (path / name).symlink_to(shutil.which(name) or name)
    (copy_of_bin(tmp_path) / "lib" / "dev.py").write_text("import sys; print(sys.executable, *sys.argv[1:])")
    return tmp_path


def put(machine: Path, name: str, script: str) -> None:
    program = machine / "path" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def real_python(machine: Path, name: str) -> None:
    put(machine, name, f'exec "{sys.executable}" "$@"')


def start(machine: Path, *words: str) -> tuple[int, str, str]:
    done = run(machine / "bin" / "dev", *words, PATH=str(machine / "path"))
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_a_machine_without_python_is_told_what_to_install(machine: Path) -> None:
    assert start(machine) == (1, "", f"{NEEDED}, and found none: install one and run this again.")


def test_an_old_python_is_told_in_one_line(machine: Path) -> None:
    put(machine, "python3", "echo 3.9")
    assert start(machine) == (1, "", f"{NEEDED}, and found only 3.9: install a newer one and run this again.")


def test_a_python_without_venv_is_told_the_package(machine: Path) -> None:
    put(machine, "python3", 'case "$2" in *version_info*) echo 3.11 ;; *) exit 1 ;; esac')
    sentence = "Python 3.11 is here without its venv module: install it (sudo apt-get install python3.11-venv)"
    assert start(machine) == (1, "", f"{sentence} and run this again.")


def test_a_shim_without_a_python_behind_it_is_passed_over(machine: Path) -> None:
    put(machine, "python3.13", "echo 'command not found' >&2; exit 127")
    put(machine, "python3.12", "echo 3.6")
    real_python(machine, "python3")
    code, said, complaint = start(machine, "--port", "8001")
    assert (code, complaint) == (0, "")
    assert said.endswith(" --port 8001")


def test_the_python_of_an_earlier_installation_is_preferred(machine: Path) -> None:
    own = machine / ".venv" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.write_text(f'#!/bin/sh\n[ "$1" = -u ] && echo own || exec "{sys.executable}" "$@"\n')
    own.chmod(0o755)
    real_python(machine, "python3")
    assert start(machine) == (0, "own", "")


def test_a_folder_with_a_space_in_its_name_is_no_obstacle(tmp_path: Path, machine: Path) -> None:
    shutil.move(machine / "bin", tmp_path / "a folder")
    (tmp_path / "bin").mkdir()
    real_python(machine, "python3")
    done = run(tmp_path / "a folder" / "dev", "a word", PATH=str(machine / "path"))
    assert (done.returncode, done.stdout.split(" ", 1)[1]) == (0, "a word\n")
