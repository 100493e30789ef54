"""Looking for words in whatever left or is kept: as they are, and inside the usual wrappings."""

import re
from base64 import b64decode, urlsafe_b64decode
from binascii import Error as NoBase64
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from quopri import decodestring
from urllib.parse import unquote_to_bytes

BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
DEEPEST = 3  # a broker's message is base64 within JSON, and may hold another


def found_in(places: Iterable[tuple[str, bytes]], *words: str) -> set[str]:
    """The names of the places that hold one of the words."""
    wanted = [word.encode().lower() for word in words]
    return {place for place, data in places if any(word in view.lower() for view in views(data) for word in wanted)}


def views(data: bytes, depth: int = DEEPEST) -> Iterator[bytes]:
    """The data, and what it is when unwrapped; folded lines are joined."""
    yield data
    yield decodestring(data)
    yield unquote_to_bytes(data)
    yield re.sub(rb"\r?\n[ \t]", b"", data)
    if depth:
        for token in BASE64.findall(data):
            if plain := _from_base64(token):
                yield from views(plain, depth - 1)


def _from_base64(token: bytes) -> bytes:
    bare = token.rstrip(b"=")
    padded = bare + b"=" * (-len(bare) % 4)
    try:
        return urlsafe_b64decode(padded) if b"-" in token or b"_" in token else b64decode(padded)
    except NoBase64:
        return b""


def of_mail(mail: EmailMessage) -> bytes:
    """Every byte that left, then its headers and parts as a mail program shows them."""
    shown = [f"{name}: {value}" for name, value in mail.items()]
    for part in mail.walk():
        if not part.is_multipart():
            shown += [f"{name}: {value}" for name, value in part.items()]
            shown.append((part.get_payload(decode=True) or b"").decode("utf-8", "replace"))  # type: ignore[union-attr]
    return mail.as_bytes() + "\n".join(shown).encode()
