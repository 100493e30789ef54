"""How static files are kept in production: slim, compressed, and under a name that changes with what is in them."""

import re
from pathlib import PurePosixPath
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

OUR_MODULES = ("js/*.js", ((r"""(?P<matched>from "(?P<url>\./[^"]+)")""", """from "%(url)s\""""),))
IMPORT = re.compile(r'@import "([\w-]+\.css)";')
# Lines that are a comment, empty lines, indentation: half of a script is written for its next reader.
FOR_READERS = {
    ".css": re.compile(r"/\*.*?\*/|^[ \t]+|\n(?=\s*\n)", re.DOTALL | re.MULTILINE),
    ".js": re.compile(r"^[ \t]*(?://.*\n|/\*\*.*\*/\n)?|\n(?=\s*\n)", re.MULTILINE),
}


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """A module names those it imports by their hashes too: a browser never runs a new one with an old one.

    Django's own switch for this reads the packages' scripts as well, and stumbles over an example in a comment.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, OUR_MODULES)

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        if name and is_ours(name):
            content = ContentFile(slim(name, content))
        saved: str = super().save(name, content, max_length)
        return saved

    def post_process(self, paths: dict[str, tuple[Any, str]], **options: Any) -> Any:
        """Files with a hash in their names are made of what was saved, not of what it was made from."""
        found = {name: (self, name) if is_ours(name) else source for name, source in paths.items()}
        return super().post_process(found, **options)


def is_ours(name: str) -> bool:
    return str(PurePosixPath(name).parent) in ("css", "js")


def slim(name: str, source: "File[bytes]") -> bytes:
    """One of our own files without what is only there for readers, and with the sheets that it imports in it."""
    text = IMPORT.sub(lambda found: _beside(name, found[1]), source.read().decode())
    return FOR_READERS[PurePosixPath(name).suffix].sub("", text).encode()


def _beside(name: str, other: str) -> str:
    path = finders.find(str(PurePosixPath(name).with_name(other)))
    if not isinstance(path, str):
        raise FileNotFoundError(f"{name} imports {other}, which is not there.")
    with open(path, encoding="utf-8") as sheet:
        return sheet.read()
