"""`.venv`, made from an index of one small package that stands in a folder."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.machinery.commands import copy_of_bin, run, wait_until

OFFLINE = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_CACHE_DIR": "1", "PIP_RETRIES": "0"}


def make_wheel(folder: Path, version: str) -> None:
    info = f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as wheel:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(name, text)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose product needs only `tiny`."""
    folder = tmp_path_factory.mktemp("checkout")
    copy_of_bin(folder)
    (folder / "index").mkdir()
    make_wheel(folder / "index", "1.0")
    make_wheel(folder / "index", "2.0")
    (folder / "requirements.txt").write_text("tiny==1.0  # for the test\n")
    return folder


def prepare(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    code = "from environment import *; prepare(ROOT / 'requirements.txt')"
    index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(checkout / "index")}
    own = {**OFFLINE, **(environment or index), "PYTHONPATH": str(checkout / "bin" / "lib")}
    return run(sys.executable, "-c", code, **own)


def tiny(checkout: Path) -> str:
    return run(checkout / ".venv" / "bin" / "python", "-c", "import tiny; print(tiny.version)").stdout.strip()


VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
MAKING = f"Making .venv with Python {VERSION} …"
INSTALLING = ["Installing 1 packages from requirements.txt …", "   1/1 tiny-1.0", "  unpacking …"]
AGAIN = "What stands in .venv is not a finished installation of this folder: removing it and beginning again."


def test_an_installation_shows_its_progress_and_is_not_repeated(checkout: Path) -> None:
    assert prepare(checkout).stdout.splitlines() == [MAKING, *INSTALLING]
    assert tiny(checkout) == "1.0"
    assert prepare(checkout).stdout == ""


def test_a_new_pin_is_installed_and_other_packages_are_left_alone(checkout: Path) -> None:
    prepare(checkout)
    other = checkout / ".venv" / "lib" / f"python{VERSION}" / "site-packages" / "other.py"
    other.touch()
    (checkout / "requirements.txt").write_text("tiny==2.0\n")
    prepare(checkout)
    assert (tiny(checkout), other.exists()) == ("2.0", True)
    (checkout / "requirements.txt").write_text("tiny==1.0\n")
    prepare(checkout)
    assert tiny(checkout) == "1.0"


def test_a_package_that_lost_its_files_is_noticed(checkout: Path) -> None:
    prepare(checkout)
    (checkout / ".venv" / "lib" / f"python{VERSION}" / "site-packages" / "tiny.py").unlink()
    assert prepare(checkout).stdout.splitlines()[0] == AGAIN
    assert tiny(checkout) == "1.0"


def test_without_network_one_line_says_so_and_the_next_run_recovers(checkout: Path) -> None:
    prepare(checkout)
    (checkout / "requirements.txt").write_text("tiny==2.0\n")
    failed = prepare(checkout, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_TRUSTED_HOST="127.0.0.1")
    sentence = "The packages could not be fetched: check the network connection and run this again."
    assert (failed.returncode, failed.stderr.strip()) == (1, sentence)
    assert tiny(checkout) == "1.0", "what worked before goes on working"
    prepare(checkout)
    assert tiny(checkout) == "2.0"
    (checkout / "requirements.txt").write_text("tiny==1.0\n")
    prepare(checkout)


def test_a_version_that_does_not_exist_is_named(checkout: Path) -> None:
    prepare(checkout)
    (checkout / "requirements.txt").write_text("tiny==3.0\n")
    failed = prepare(checkout)
    (checkout / "requirements.txt").write_text("tiny==1.0\n")
    assert failed.returncode == 1
    assert failed.stderr.startswith("The packages could not be installed (Could not find a version that satisfies")
    assert failed.stderr.count("\n") == 1


def test_moved_with_its_folder_it_is_begun_again(checkout: Path, tmp_path: Path) -> None:
    prepare(checkout)
    moved = tmp_path / "moved"
    shutil.copytree(checkout, moved, symlinks=True)
    assert prepare(moved).stdout.splitlines() == [AGAIN, MAKING, *INSTALLING]
    assert prepare(moved).stdout == ""
    assert str(moved) in (moved / ".venv" / "bin" / "pip").read_text()


def test_killed_half_way_it_is_begun_again_by_one_of_the_next_two(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    broken_off = begin(checkout)
    wait_until((checkout / ".venv" / "bin" / "python").exists, "the installation is under way")
    broken_off.kill()
    broken_off.communicate()
    both = [begin(checkout), begin(checkout)]
    said = [process.communicate(timeout=200)[0].splitlines() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    waiting = "Waiting for another installation in this folder to finish …"
    assert sorted([line for line in lines if line != waiting] for lines in said) == [[], [AGAIN, MAKING, *INSTALLING]]
    assert tiny(checkout) == "1.0"


def begin(checkout: Path) -> "subprocess.Popen[str]":
    own = {**OFFLINE, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(checkout / "index")}
    return subprocess.Popen(
        [sys.executable, "-c", "from environment import *; prepare(ROOT / 'requirements.txt')"],
        env={**own, "PYTHONPATH": str(checkout / "bin" / "lib"), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
    )
