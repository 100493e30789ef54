"""What a mail server's answers mean for a message."""

import re
from dataclasses import dataclass

ENHANCED = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")
# “No such mailbox” and its kin, for servers that give no enhanced code.
ABOUT_THE_ADDRESS = {550, 551, 553}


class NotSent(Exception):
    """The server took nothing of this message."""


class ServerAway(NotSent):
    """It could not be reached, hung up, or takes nothing from us at present: nobody's message is at fault."""


class Closed(ServerAway):
    """There is no connection to be had, or it takes no mail of ours at all: what is tried next fares no better."""


class Overtaken(NotSent):
    """It lost its reason to leave while the server took its time over it."""


class InDoubt(Exception):
    """The message was handed over whole, and the server's answer never came: it may have arrived."""


@dataclass
class TurnedAway(NotSent):
    """The server answered, and would not have this message. The words of its answer are not kept: they may quote."""

    code: int
    enhanced: str = ""
    at_recipient: bool = False

    @classmethod
    def of(cls, code: int, words: bytes | str, *, at_recipient: bool = False) -> "TurnedAway":
        found = ENHANCED.match(words.encode() if isinstance(words, str) else words)
        return cls(code, found[1].decode() if found else "", at_recipient)

    @property
    def for_good(self) -> bool:
        return self.code >= 500

    @property
    def marks_address(self) -> bool:
        """The address itself takes nothing, by its own server's word; not: we may not relay, or are not trusted."""
        if not (self.for_good and self.at_recipient):
            return False
        if self.enhanced:
            return self.enhanced.startswith("5.1.") or self.enhanced == "5.2.1"
        return self.code in ABOUT_THE_ADDRESS

    def __str__(self) -> str:
        return f"{self.code} {self.enhanced}".strip()
