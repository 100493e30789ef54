"""How static files are kept in production: compressed, and under a name that changes with what is in them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

OUR_MODULES = ("js/*.js", ((r"""(?P<matched>from "(?P<url>\./[^"]+)")""", """from "%(url)s\""""),))


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """A module names those it imports by their hashes too: a browser never runs a new one with an old one.

    Django's own switch for this reads the packages' scripts as well, and stumbles over an example in a comment.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, OUR_MODULES)
