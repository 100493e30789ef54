import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.machinery.commands import ROOT

PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[([a-z,]+)])?==([^ #]+)(?: +# .+)?")


def lines_of(name: str) -> list[str]:
    lines = (ROOT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def pins_of(*names: str) -> dict[str, str]:
    """Name → version."""
    found = [PIN.fullmatch(line) for name in names for line in lines_of(name)]
    return {canonicalize_name(pin[1]): pin[3] for pin in found if pin}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_an_exact_version(name: str) -> None:
    assert [line for line in lines_of(name) if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_direct_requirement_says_what_it_is_for(name: str) -> None:
    direct, _ = (ROOT / name).read_text().split("# What those bring along.")
    pins = [line for line in direct.splitlines() if "==" in line]
    assert [line for line in pins if not re.search(r"  # \w", line)] == []


def test_what_requirements_bring_along_is_pinned_too() -> None:
    """Nothing is left to the day of the installation."""
    pins = pins_of("requirements.txt", "requirements-dev.txt")
    extras = {"django-allauth": "mfa"}
    missing = {
        f"{needed} (of {name})"
        for name in pins
        for needed in map(Requirement, metadata.requires(name) or [])
        if not needed.marker or needed.marker.evaluate({"extra": extras.get(name, "")})
        if canonicalize_name(needed.name) not in pins
    }
    assert missing == set()


@pytest.mark.parametrize("name", pins_of("requirements.txt", "requirements-dev.txt"))
def test_what_runs_here_is_what_is_pinned(name: str) -> None:
    assert metadata.version(name) == pins_of("requirements.txt", "requirements-dev.txt")[name]


def test_psycopg_3_is_never_installed() -> None:
    """Django would silently prefer it."""
    assert {"psycopg", "psycopg-binary", "psycopg-c"} & set(
        pins_of("requirements.txt", "requirements-dev.txt")
    ) == set()
