"""The devices a person is signed in on, each called what they would call it, from what its browser says of itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from als_project.users.models import User
from als_project.users.sign_ins import SessionStore, fingerprint

# The first that is found counts: browsers also name those they descend from.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome"}
BROWSERS |= {"Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows"}
SYSTEMS |= {"Mac OS X": "Mac", "CrOS": "Chromebook", "Linux": "Linux"}


def device_in_words(user_agent: str) -> str:
    """“Firefox · Windows”; the browser's own words where they say neither."""
    found = [next((word for mark, word in marks.items() if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or user_agent[:60]


@dataclass(frozen=True)
class Device:
    words: str
    since: datetime
    is_here: bool


def remember_device(request: HttpRequest, **_: Any) -> None:
    """At each sign-in. No address of the network is kept: where somebody was is nobody's business."""
    words = device_in_words(request.headers.get("User-Agent", ""))
    request.session.update({"device": words, "since": timezone.now().isoformat()})


def devices_of(user: User, *, here: str) -> list[Device]:
    """Newest first. `here` is the key of the session that asks; one that a new password has ended is not told of."""
    now, found = timezone.now(), []
    for row in user.sign_ins.filter(expire_date__gt=now):
        held = SessionStore().decode(row.session_data)
        if constant_time_compare(held.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            since = datetime.fromisoformat(held["since"]) if "since" in held else now
            found.append(Device(held.get("device", ""), since, row.session_key == fingerprint(here)))
    return sorted(found, key=lambda device: device.since, reverse=True)
