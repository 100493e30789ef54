"""Rows of another table, as a list on the row that they belong to: in their order, and none where there are none."""

from datetime import UTC, datetime

import pytest
from django.db.models import OuterRef

from als_project.db import decrypted
from als_project.listed import Listed, json_of, moment
from als_project.users.models import User
from sessions.enums import SlotState
from sessions.models import Contribution, Session, Stage
from tests.factories import make_running_session, make_slot, make_stage


def said_in(session: Session) -> dict[str, list[dict[str, object]]]:
    said = Listed(Contribution.objects.filter(stage=OuterRef("pk")), text="text", by="author__name", at="withdrawn_at")
    return dict(Stage.objects.filter(session=session).values_list("key", said))


def test_rows_come_in_their_order_with_what_was_named(learning_set, asha: User, django_assert_num_queries) -> None:
    session = make_running_session(learning_set)
    slot = make_slot(session, asha, state=SlotState.RUNNING)
    stage = make_stage(session, slot=slot, key="suggestions")
    make_stage(session, slot=slot, position=2, key="response")
    later, earlier = (Contribution(stage=stage, author=asha, kind="suggestion", text=text) for text in ("Two", "One"))
    later.captured_at, earlier.captured_at = session.closed_at or session.ends_at, session.opened_at
    later.author = None
    Contribution.objects.bulk_create([later, earlier])
    with django_assert_num_queries(1):
        said = said_in(session)
    # What is encrypted stays so.
    assert "One" not in str(said)
    assert [{**row, "text": decrypted(row["text"])} for row in said["suggestions"]] == [
        {"text": "One", "by": "Asha", "at": None},
        {"text": "Two", "by": None, "at": None},
    ]
    assert said["response"] == []


@pytest.mark.parametrize(
    "written", ["2026-10-14T14:00:05.25+00:00", "2026-10-14T16:00:05.25+02:00", "2026-10-14 14:00:05.250000"]
)
def test_a_moment_is_read_as_either_database_writes_it(written: str) -> None:
    assert moment(written) == datetime(2026, 10, 14, 14, 0, 5, 250_000, tzinfo=UTC)


def test_no_moment_is_none() -> None:
    assert moment(None) is None


def test_json_is_read_as_either_database_writes_it() -> None:
    assert json_of(["question"]) == json_of('["question"]') == ["question"]
