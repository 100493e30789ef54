"""A page of the room is never newer in name than in what it shows."""

import json
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from als_project.users.models import User
from sessions import room
from sessions.models import Contribution, Session, Stage
from sessions.services import running
from sessions.stamp import stamp_of, stamp_on, with_stamp
from sessions.views import room as views
from sets.models import Membership
from tests.cast import SignedIn
from tests.factories import make_session, make_set, make_stage
from tests.sessions.pages import url
from tests.sessions.room_acts import opened, scheduled

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(learning_set, asha: User, gita: User) -> Session:
    return opened(scheduled(learning_set, asha), gita)


def test_a_page_made_while_the_session_moves_on_looks_again(
    session: Session, memberships: dict[str, Membership], gita: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = room.stages_with_topics

    def goes_on_meanwhile(session: Session) -> list[Stage]:
        stages = list(read(session))
        leaving = next(stage for stage in stages if stage.started_at and not stage.ended_at)
        running.next_stage(session=session, by=gita, leaving=leaving.pk, now=timezone.now())
        return stages

    monkeypatch.setattr(room, "stages_with_topics", goes_on_meanwhile)
    page = room.room_of(session, memberships["Asha"], timezone.now())
    assert page.stamp != stamp_of(Session.objects.get(pk=session.pk), memberships["Asha"].user)


def test_a_page_that_waits_goes_as_a_whole_though_the_session_opens_while_it_looks(
    learning_set, asha: User, gita: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = scheduled(learning_set, asha)

    def opens_meanwhile(session: Session) -> str:
        running.open_session(session=Session.objects.get(pk=session.pk), by=gita, now=timezone.now())
        return stamp_on(session)

    client: Any = signed_in(asha)
    monkeypatch.setattr(views, "stamp_on", opens_meanwhile)
    looks = [client.get(url("room_now", session), {"stamp": "0.0.0.0.0.scheduled."})]
    monkeypatch.undo()
    looks.append(client.get(url("room_now", session), {"stamp": "0.0.0.0.0.scheduled."}))
    assert [(look.status_code, look.headers.get("HX-Refresh")) for look in looks] == [(204, None), (204, "true")]


def test_what_others_have_said_is_not_gone_through(session: Session, asha: User) -> None:
    """For a session in which nothing was said yet, among many words of others."""
    others = make_set()
    stages = [make_stage(make_session(others, days=-days)) for days in range(1, 101)]
    Contribution.objects.bulk_create(
        Contribution(stage=stage, author=asha, kind="suggestion", text="Ask them.") for stage in stages * 50
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE als_sessions_contribution, als_sessions_stage, als_sessions_session")
    seen = with_stamp(Session.objects.filter(pk=session.pk), asha)
    (explained,) = json.loads(seen.explain(format="json", analyze=True))
    assert most_rows(explained["Plan"]) < 1_000


def most_rows(plan: dict[str, Any]) -> int:
    """That any step of the plan looks at, all its rounds together."""
    looked_at = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Join Filter", 0)
    return max([looked_at * plan["Actual Loops"], *(most_rows(part) for part in plan.get("Plans", []))])
