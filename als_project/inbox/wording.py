"""The words of a mail that are its writer's own: without what it quotes, without signatures.

Written out here, line by line, because the libraries for it search with expressions over the whole text: “On On On …”
held up mail-parser-reply for minutes, and anybody can write to a mailbox. What is cut wrongly costs little: the writer
sees the words before anybody else does.
"""

import re
from collections.abc import Iterable
from email.message import Message as Mail
from html.parser import HTMLParser

SEPARATOR = re.compile(r"[-_]{2,} ?[^-_]{0,40}[-_]{2,}|[-_*=]{10,}")  # “-----Original Message-----”, in any language
SENT_FROM = ("sent from my ", "get outlook for ", "sent from outlook")
HEAD_OF_QUOTATION = 4  # lines: “On Tuesday 6 October … Learning sets <…> wrote:”, as some programs break it


def own_words(mail: Mail, *, ours: Iterable[str]) -> str:
    """What the writer wrote themselves, if anything. `ours` are our addresses, by which a quotation is known."""
    lines = [line.rstrip() for line in _text_of(mail).replace("\xa0", " ").splitlines()]
    lines = _without_signature(_without_quotations(_before_original(lines, [one.lower() for one in ours if one])))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _before_original(lines: list[str], ours: list[str]) -> list[str]:
    """Up to where our own message begins: at a separator, or at a head that names one of our addresses."""
    for number, line in enumerate(lines):
        if SEPARATOR.fullmatch(line.strip()):
            return lines[:number]
        if any(address in line.lower() for address in ours):
            return lines[: _start_of_paragraph(lines, number)]
    return lines


def _start_of_paragraph(lines: list[str], number: int) -> int:
    first = number
    while first and lines[first - 1].strip() and number - first < HEAD_OF_QUOTATION:
        first -= 1
    return first


def _without_quotations(lines: list[str]) -> list[str]:
    """Without lines that begin with “>”, and without the line that announces them: “On … wrote:”."""
    kept: list[str] = []
    quoting = False
    for line in lines:
        if line.lstrip().startswith(">"):
            if not quoting:
                _drop_announcement(kept)
            quoting = True
        else:
            kept.append(line)
            quoting = quoting and not line.strip()
    return kept


def _drop_announcement(kept: list[str]) -> None:
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and kept[-1].endswith(":") and any(sign.isdigit() for sign in kept[-1]):
        kept.pop()


def _without_signature(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if line.strip() == "--":
            lines = lines[:number]
            break
    while lines and (not lines[-1].strip() or lines[-1].strip().lower().startswith(SENT_FROM)):
        lines.pop()
    return lines


def _text_of(mail: Mail) -> str:
    """Its plain text; where there is none, the HTML without its marks."""
    parts = {part.get_content_type(): part for part in reversed(list(mail.walk())) if not part.get_filename()}
    if "text/plain" in parts:
        return _decoded(parts["text/plain"])
    return _Reader.read(_decoded(parts["text/html"])) if "text/html" in parts else ""


def _decoded(part: Mail) -> str:
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # a charset that nobody knows
        return content.decode(errors="replace")


class _Reader(HTMLParser):
    """Reads HTML as lines of text; what it quotes is left out."""

    BREAKS = ("br", "p", "div", "li", "tr", "h1", "h2", "h3")
    SILENT = ("style", "script", "title", "blockquote")

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    @classmethod
    def read(cls, html: str) -> str:
        reader = cls()
        reader.feed(html)
        reader.close()
        return "\n".join(line.strip() for line in "".join(reader.said).splitlines())

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.silent += tag in self.SILENT
        if tag in self.BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT and self.silent > 0
        if tag in ("p", "h1", "h2", "h3"):
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(re.sub(r"\s+", " ", data))
