"""What a page is, whoever serves it: its queries, its bytes, and the bytes of what it loads."""

import gzip
import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.people import cookie_of
from benchmarks.world import Page


@dataclass(frozen=True)
class Look:
    queries: int
    html: int  # bytes, compressed
    assets: int  # bytes of CSS and JS, compressed


def browser_of(page: Page) -> Client:
    client = Client(headers={"host": "localhost"})
    name, _, value = cookie_of(page.reader).partition("=")
    client.cookies[name] = value
    return client


def look_at(page: Page) -> Look:
    """The page as it is the second time: what the process fetches once is no page's cost."""
    client = browser_of(page)
    client.get(page.path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(page.path)
    assert response.status_code == 200, f"{page.name}: {response.status_code}"
    html = response.content.decode()
    return Look(len(captured), len(gzip.compress(response.content)), sum(map(compressed, loaded_by(html))))


def loaded_by(html: str) -> set[str]:
    """The static files of a first load: stylesheets, scripts, and the modules those import."""
    named = re.findall(r'<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"', html)
    named += re.findall(r'<link rel="modulepreload" href="([^"]+)"', html)
    prefix = settings.STATIC_URL
    files = {name.removeprefix(prefix) for name in named}
    return set().union(*(_with_imports(original(name)) for name in files)) if files else set()


def original(hashed: str) -> str:
    """The file's own name, without the hash that collectstatic put into it."""
    hashes = getattr(staticfiles_storage, "hashed_files", {})
    return next((name for name, given in hashes.items() if given == hashed), hashed)


def _with_imports(name: str) -> set[str]:
    content = _content(name).decode() if name.endswith(".js") else ""
    imported = re.findall(r'(?:from|import)\s*\(?\s*"\./([\w./-]+)"', content)
    folder = name.rpartition("/")[0]
    return {name}.union(*(_with_imports(f"{folder}/{module}") for module in imported))


def compressed(name: str) -> int:
    return len(gzip.compress(_content(name)))


def _content(name: str) -> bytes:
    """As it is served."""
    with staticfiles_storage.open(name) as file:
        content: bytes = file.read()
    return content
