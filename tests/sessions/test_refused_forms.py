"""What whoever runs the session typed comes back when it is refused, beside what is true now."""

from typing import Any

import pytest

from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.planning import plan_of
from sessions.services import replanning, running, timekeeping
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.sessions.pages import HTMX, url
from tests.sessions.room_acts import START, choose, close, current, go_to, opened, scheduled

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(learning_set: LearningSet, asha: User, ben: User, gita: User) -> Session:
    """Asha presents and listens; Ben's topic is to come."""
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 25))
    go_to(session, "suggestions", gita)
    return session


def sent(name: str, session: Session) -> dict[str, Any]:
    """What the page of whoever runs it would send now."""
    if name == "skip":
        return {"stage": session.stages.get(key="review").pk, "reason": "No time"}
    slot = session.slots.get(position=2)
    plan = plan_of(list(session.stages.all()), list(session.slots.all()))
    return {"seen": plan, f"state_{slot.pk}": "planned", f"minutes_{slot.pk}": 17, "closing": 3}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_old_plan_keeps_its_numbers_and_sent_again_it_stands(
    headers: dict[str, str], session: Session, gita: User, signed_in: SignedIn
) -> None:
    slot = session.slots.get(position=2)
    client, data = signed_in(gita), sent("replan", session)
    timekeeping.give_time(
        session=session, by=gita, leaving=current(session).pk, seen=current(session).minutes, minutes=5, now=START
    )
    replanning.skip(session=session, by=gita, stage=session.stages.get(key="review").pk, reason="No time", now=START)
    response = client.post(url("replan", session), data, headers=headers)
    form = response.context["replan_form"]
    assert (response.status_code, form[f"minutes_{slot.pk}"].value()) == (409, "17")
    page = response.content.decode()
    assert ("yours is still in the form" in page, 'value="17"' in page) == (True, True)
    again = client.post(url("replan", session), {name: form[name].value() for name in form.fields}, headers=headers)
    assert again.status_code == (200 if headers else 302)
    assert sum(stage.minutes for stage in slot.stages.all()) == 17


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_reason_for_a_stage_that_has_just_begun_comes_back(
    headers: dict[str, str], session: Session, gita: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = session.stages.get(key="response", slot__position=1)
    skip = replanning.skip

    def goes_on_meanwhile(**sent: Any) -> Stage:
        running.next_stage(session=session, by=gita, leaving=None, now=START)
        return skip(**sent)

    monkeypatch.setattr(replanning, "skip", goes_on_meanwhile)
    data = {"stage": stage.pk, "reason": "We have heard it all"}
    response = signed_in(gita).post(url("skip", session), data, headers=headers)
    page = response.content.decode()
    assert (response.status_code, "This stage has begun" in page, "We have heard it all" in page) == (409, True, True)


@pytest.mark.parametrize("name", ["replan", "skip"])
def test_what_arrives_as_the_session_closes_leads_to_its_page(
    name: str, session: Session, gita: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = getattr(replanning, name)

    def closes_meanwhile(**sent: Any) -> object:
        close(session, gita)
        return service(**sent)

    data = sent(name, session)
    monkeypatch.setattr(replanning, name, closes_meanwhile)
    response = signed_in(gita).post(url(name, session), data, headers=HTMX)
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, session.get_absolute_url())
