"""Reads e-mail addresses out of whatever was pasted: a column, a line, or what a mail program copies."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# `Asha <asha@…>`, where the name may hold commas in quotes; or anything up to the next separator.
PIECE = re.compile(r'(?:"[^"\n]*"|[^,;\n<>"])*<[^<>\n]*>|[^,;\n]+')
IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")


@dataclass
class Addresses:
    """Good addresses in lower case, each once; what could not be read, as it was typed; what was there twice."""

    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


def read_addresses(pasted: str) -> Addresses:
    found = Addresses()
    for piece in _pieces(pasted.replace("\r", "\n")):
        bracketed = IN_BRACKETS.search(piece)
        address = (bracketed.group(1) if bracketed else piece).strip().removeprefix("mailto:").lower()
        if not _is_address(address):
            found.bad.append(piece)
        elif address in found.good:
            found.repeated.append(address)
        else:
            found.good.append(address)
    return found


def _pieces(pasted: str) -> list[str]:
    """Addresses parted by blanks alone are parted too; a name in front of brackets is not."""
    pieces: list[str] = []
    for match in PIECE.findall(pasted):
        piece = match.strip()
        pieces.extend(piece.split() if piece.count("@") > 1 and "<" not in piece else [piece])
    return [piece for piece in pieces if piece]


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
