"""Lays out what the rooms' tests start from, in the product's own database: python -m tests.rooms.setting FILE

Five people in one set for each room. Each set met four weeks ago, where Cara took an action on; its session now is to
be opened, Asha and Ben have offered topics. The file then tells by room where its pages are, and who is signed in with
which cookie.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")
django.setup()

from django.conf import settings  # noqa: E402 — the apps must be ready first
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from als_project.users.models import User  # noqa: E402
from sessions.enums import Reply, SlotState  # noqa: E402
from sessions.models import Session  # noqa: E402
from sessions.services import replying  # noqa: E402
from sets.models import LearningSet  # noqa: E402
from tests.factories import (  # noqa: E402
    join,
    make_action,
    make_bid,
    make_closed_session,
    make_session,
    make_set,
    make_slot,
    make_user,
    publish_rules,
)
from tests.rooms.spec import MINUTES, NAMES, OFFERS, OTHERS, OWED, ROOMS, RULE, SAID, Laid  # noqa: E402
from tests.sessions.room_acts import choose, go_to, opened, say  # noqa: E402

NOW = timezone.now()
OPENING = ("report-back", "share-topics", "choose", "share-time")


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def lay_out(name: str, room: Laid, people: dict[str, User]) -> dict[str, str]:
    """A set of these people whose session can be opened, or is in its stage. Gives the paths of its pages."""
    learning_set = make_set(f"The set of {name}", process=room.process, presenter_reads_later=room.reads_later)
    members = [join(learning_set, user, facilitates=name == "Gita") for name, user in people.items()]
    publish_rules(learning_set, RULE, agreed_by=members)
    what_was_left(learning_set, people["Cara"])
    session = make_session(learning_set, starts_at=NOW, minutes=MINUTES, facilitator=people["Gita"])
    for user in people.values():
        replying.reply(session=session, by=user, reply=Reply.COMING, now=NOW)
    for name, (headline, question) in OFFERS.items():
        make_bid(session, people[name], headline=headline, question=question)
    if room.at:
        reach(session, room.at, people)
    ids = {member.user.name: str(member.pk) for member in members}
    return {"set": f"/sets/{learning_set.pk}/", "session": f"/sessions/{session.pk}/", **ids}


def what_was_left(learning_set: LearningSet, owner: User) -> None:
    before = make_closed_session(learning_set)
    slot = make_slot(before, owner, state=SlotState.HEARD)
    make_action(before, owner, OWED, slot=slot, due_on=(NOW - timedelta(days=3)).date())


def reach(session: Session, key: str, people: dict[str, User]) -> None:
    """The session is in the stage of this key, in which what is in `SAID` has been said."""
    gita, asha = people["Gita"], people["Asha"]
    opened(session, gita, now=NOW)
    if key not in OPENING:
        go_to(session, "choose", gita, now=NOW)
        choose(session, gita, (asha, 30), now=NOW)
    stage = go_to(session, key, gita, now=NOW)
    for name, kind, text in SAID:
        if kind in stage.captures:
            say(stage, people[name], text, kind, now=NOW)


def main(file: Path) -> None:
    everyone = {name: make_user(name) for name in (*NAMES, *OTHERS)}
    people = {name: everyone[name] for name in NAMES}
    sam = make_user("Sam")
    join(make_set("Another set"), sam)
    there = {name: people | {other: everyone[other] for other in room.also} for name, room in ROOMS.items()}
    rooms = {name: lay_out(name, room, there[name]) for name, room in ROOMS.items()}
    cookies = {name: cookie_of(user) for name, user in {**people, "Sam": sam}.items()}
    file.write_text(json.dumps({"rooms": rooms, "cookies": cookies, "cookie": settings.SESSION_COOKIE_NAME}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
