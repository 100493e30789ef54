"""What a first visit downloads: little, and from here only."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

LIMIT = 30_000


def content_of(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found).read_bytes()


def with_imports(name: str) -> set[str]:
    """A script and the modules it imports, all from its own folder."""
    imported = re.findall(r'from "\./([\w.]+)"', content_of(name).decode()) if name.startswith("js/") else []
    return {name}.union(*(with_imports(f"js/{module}") for module in imported))


def assets_of(response: HttpResponse) -> list[str]:
    return re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', response.content.decode())


def test_styles_and_scripts_of_a_first_load_stay_under_thirty_kilobytes(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    assets = assets_of(Client().get("/"))
    assert len(assets) == 9
    files = set().union(*(with_imports(asset.removeprefix("/static/")) for asset in assets))
    assert {"js/keep.js", "js/words.js"} < files
    assert sum(len(gzip.compress(content_of(file))) for file in files) < LIMIT


def test_every_asset_is_served_from_here(settings: Settings) -> None:
    assert [asset for asset in assets_of(Client().get("/")) if not asset.startswith(settings.STATIC_URL)] == []
