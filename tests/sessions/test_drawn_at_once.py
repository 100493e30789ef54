"""What is drawn by one call a line is as safe as what has a template: nobody's words are taken for HTML."""

import pytest
from django.urls import reverse

from als_project.users.models import User
from sessions.models import Session, Stage
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import join, make_user
from tests.sessions.room_acts import choose, close, go_to, opened, say, scheduled

ODD, SAFE = "<b>Ask</b> & wait", "&lt;b&gt;Ask&lt;/b&gt; &amp; wait"


@pytest.fixture
def running(learning_set: LearningSet, asha: User, gita: User) -> Session:
    """Asha's topic, with odd words of somebody with an odd name in a stage with an odd name."""
    odd = make_user("Odd <i>One</i>")
    join(learning_set, odd)
    session = opened(scheduled(learning_set, asha, odd), gita)
    choose(session, gita, (asha, 30))
    stage = go_to(session, "suggestions", gita)
    say(stage, odd, ODD, kind="suggestion")
    Stage.objects.filter(pk=stage.pk).update(name="Say <u>it</u>")
    return session


def shown(page: str) -> tuple[bool, bool, bool, bool]:
    raw = "<b>Ask" in page or "<i>One" in page or "<u>it" in page
    return raw, SAFE in page, "Odd &lt;i&gt;One&lt;/i&gt;" in page, "Say &lt;u&gt;it&lt;/u&gt;" in page


@pytest.mark.parametrize("reader", ["asha", "gita"])
def test_in_the_room(running: Session, reader: str, signed_in: SignedIn, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(reader))
    page = client.get(reverse("sessions:room", args=[running.pk])).content.decode()
    assert shown(page) == (False, True, True, True)


@pytest.mark.parametrize("reader", ["asha", "gita"])
def test_in_the_record(
    running: Session, gita: User, reader: str, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    close(running, gita)
    page = signed_in(request.getfixturevalue(reader)).get(running.get_absolute_url()).content.decode()
    assert shown(page) == (False, True, True, True)
    times = page[page.index("<table>") :]
    assert "<td>Say &lt;u&gt;it&lt;/u&gt;" in times
