"""What a browser is given in production: compressed, cached for good, and never an old file beside a new one."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import override_settings

from tests.machinery.commands import ROOT

FIRST_LOAD_BYTES = 30_000
SCRIPTS = sorted(path.name for path in (ROOT / "static" / "js").glob("*.js"))


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What `collectstatic` leaves, as in production."""
    folder = tmp_path_factory.mktemp("static")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "als_project.static_files.HashedStaticFiles"},
    }
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield folder


def imports_of(text: str) -> list[str]:
    return re.findall(r'from "\./([^"]+)"', text)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_module_imports_others_by_the_names_that_hold_their_hashes(collected: Path, name: str) -> None:
    written = (ROOT / "static" / "js" / name).read_text()
    served = (collected / staticfiles_storage.stored_name(f"js/{name}")).read_text()
    hashed = [staticfiles_storage.stored_name(f"js/{imported}") for imported in imports_of(written)]
    assert [f"js/{imported}" for imported in imports_of(served)] == hashed
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", imported) for imported in hashed)


def test_every_module_that_is_imported_is_imported_in_the_way_that_is_read() -> None:
    for path in (ROOT / "static" / "js").glob("*.js"):
        lines = [line for line in path.read_text().splitlines() if re.match(r"\s*(import|export .* from)\b", line)]
        assert len(lines) == len(imports_of(path.read_text())), path.name


def test_a_first_load_is_small(collected: Path) -> None:
    """Styles and scripts of the home page with what they import, as a browser without brotli gets them."""
    page = render_to_string("home/welcome.html", {"site_name": "Sets"})
    asked = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page))
    for _depth in range(2):
        for name in list(asked):
            asked |= {f"js/{imported}" for imported in imports_of((collected / name).read_text())}
    compressed = {name: (collected / f"{name}.gz").read_bytes() for name in asked}
    assert len([name for name in asked if name.startswith("js/")]) == 6
    assert all(gzip.decompress(data) == (collected / name).read_bytes() for name, data in compressed.items())
    assert sum(map(len, compressed.values())) < FIRST_LOAD_BYTES
