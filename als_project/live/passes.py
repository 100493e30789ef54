"""The pass a page carries in its stream's address: this person may ask for this channel, until tonight.

It lets nobody in by itself: the door also looks at who is signed in and whether they may still listen.
"""

from dataclasses import dataclass

from django.core import signing

SALT = "als_project.live"
LASTS = 12 * 3600  # seconds: longer than the longest session


@dataclass(frozen=True)
class Pass:
    person: int
    channel: str


def write_pass(person: int, channel: str) -> str:
    return signing.dumps([person, channel], salt=SALT)


def read_pass(token: str) -> Pass | None:
    """None where the pass is forged, garbled or too old."""
    try:
        person, channel = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Pass(person, channel)
