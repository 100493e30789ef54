"""The administration shows that a session exists and how it stands, and changes nothing."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from als_project.users.models import User
from sessions.models import Attendance, Bid, Contribution, Preparation, PrivateNote, Session, Slot, Stage, Topic
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import make_bid, make_session


def test_only_metadata_is_in_the_administration() -> None:
    models = [Attendance, Bid, Contribution, Preparation, PrivateNote, Session, Slot, Stage, Topic]
    assert [model.__name__ for model in models if admin.site.is_registered(model)] == ["Attendance", "Session"]


@pytest.mark.parametrize("model", [Attendance, Session])
def test_nothing_is_added_changed_or_deleted_there(model: type, superuser: User) -> None:
    request = RequestFactory().get("/")
    request.user = superuser
    page = admin.site.get_model_admin(model)
    assert [
        page.has_add_permission(request),
        page.has_change_permission(request),
        page.has_delete_permission(request),
    ] == [False, False, False]


def test_a_sessions_page_names_no_topic(
    learning_set: LearningSet, asha: User, superuser: User, signed_in: SignedIn
) -> None:
    session = make_session(learning_set)
    make_bid(session, asha, "Delegating")
    client = signed_in(superuser)
    pages = ["/admin/als_sessions/session/", f"/admin/als_sessions/session/{session.pk}/change/"]
    responses = [client.get(path) for path in pages]
    assert [response.status_code for response in responses] == [200, 200]
    assert ["Delegating" in response.content.decode() for response in responses] == [False, False]
