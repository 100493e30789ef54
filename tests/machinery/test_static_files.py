"""What a browser is given in production: compressed, cached for good, and never an old file beside a new one."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings
from tinycss2 import parse_stylesheet, serialize  # type: ignore[import-untyped]

from tests.machinery.commands import ROOT

FIRST_LOAD_BYTES = 30_000
STATIC = r'{% static "([^"]+[.](?:css|js))" %}'
SCRIPTS = sorted(path.name for path in (ROOT / "static" / "js").glob("*.js"))
SHEETS = sorted(path.name for path in (ROOT / "static" / "css").glob("*.css"))


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


def sheets_in_development() -> list[str]:
    _, _, told = (ROOT / "templates" / "base.html").read_text().partition("{% if debug %}")
    return re.findall(STATIC, told.partition("{% else %}")[0])


def test_the_one_sheet_holds_those_that_pages_name_in_development() -> None:
    site = (ROOT / "static" / "css" / "site.css").read_text()
    assert [f"css/{name}" for name in re.findall(r'@import "(.+)";', site)] == sheets_in_development()


@pytest.mark.parametrize("path", ["base.html", "sessions/room.html"])
def test_a_first_load_is_small(collected: Path, path: str) -> None:
    """Styles and scripts of a page with what they import, as a browser without brotli gets them."""
    templates = [(ROOT / "templates" / name).read_text() for name in {"base.html", path}]
    named = set(re.findall(STATIC, "".join(templates))) - set(sheets_in_development())
    asked = {staticfiles_storage.stored_name(name) for name in named}
    for _depth in range(2):
        for name in list(asked):
            asked |= {f"js/{imported}" for imported in imports_of((collected / name).read_text())}
    compressed = {name: (collected / f"{name}.gz").read_bytes() for name in asked}
    assert len([name for name in asked if name.startswith("js/")]) == {"base.html": 6, "sessions/room.html": 9}[path]
    assert all(gzip.decompress(data) == (collected / name).read_bytes() for name, data in compressed.items())
    assert sum(map(len, compressed.values())) < FIRST_LOAD_BYTES


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_served_with_every_line_of_its_code(collected: Path, name: str) -> None:
    lines = [line.strip() for line in (ROOT / "static" / "js" / name).read_text().splitlines()]
    code = [line for line in lines if line and not line.startswith(("//", "/**"))]
    served = (collected / staticfiles_storage.stored_name(f"js/{name}")).read_text()
    assert re.sub(r"(?<=[.])[0-9a-f]{12}[.](?=js\")", "", served).splitlines() == code
    # What is within backticks may begin with spaces that count: it stands on one line.
    assert [line for line in code if line.count("`") % 2] == []


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_served_with_every_rule(collected: Path, name: str) -> None:
    """And with those of the sheets that it imports, in their order."""
    text = (ROOT / "static" / "css" / name).read_text()
    for imported in re.findall(r'@import "(.+)";', text):
        text = text.replace(f'@import "{imported}";', (ROOT / "static" / "css" / imported).read_text())
    served = collected / staticfiles_storage.stored_name(f"css/{name}")
    assert words_of(served.read_text()) == words_of(text)


def words_of(css: str) -> list[str]:
    """What a browser reads: everything but comments and the width of white space."""
    rules = parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    written: str = serialize(rules)
    return re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL).split()
