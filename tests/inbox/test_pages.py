"""What becomes of a reply by mail: its writer looks at it, sends it on, or throws it away."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action, ReportBack
from als_project.inbox import services
from als_project.inbox.models import MailedReply
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.models import Bid, Preparation, Session
from sets.models import Membership
from tests.cast import SignedIn
from tests.factories import end, make_action
from tests.inbox.conftest import WORDS, posted, written_back
from tests.rows import every_row
from tests.sessions.acts import offer
from tests.sessions.pages import words


def filed(message: Message, text: str = WORDS) -> MailedReply:
    reply = services.take(written_back(message, text), now=message.created_at)
    assert reply
    return reply


@pytest.fixture
def topic(prompt: Message) -> MailedReply:
    return filed(prompt)


@pytest.fixture
def report(reminder: Message) -> MailedReply:
    return filed(reminder, "I asked her.\nShe said yes.")


def ways(response: Any) -> dict[str, str]:
    return {way.words: way.path for way in response.context["ways"]}


def initial(response: Any) -> dict[str, Any]:
    form = response.context["form"]
    return {name: form[name].value() for name in form.fields}


def test_its_writer_sees_the_words_and_what_can_be_done(topic: MailedReply, ben: User, signed_in: SignedIn) -> None:
    response = signed_in(ben).get(topic.get_absolute_url())
    assert ways(response) == {
        "Offer it as a topic": f"/sessions/{topic.about}/topic/?mailed={topic.pk}",
        "Keep it as my preparation": f"/sessions/{topic.about}/preparation/?mailed={topic.pk}",
    }
    page = words(response)
    assert ("A colleague says no to everything" in page, "Who can read this: Only you." in page) == (True, True)


def test_nobody_else_does(topic: MailedReply, asha: User, gita: User, superuser: User, signed_in: SignedIn) -> None:
    for other in (asha, gita, superuser):
        client = signed_in(other)
        assert client.get(topic.get_absolute_url()).status_code == 404
        assert client.post(f"{topic.get_absolute_url()}discard/").status_code == 404
        offered = client.get(f"/sessions/{topic.about}/topic/?mailed={topic.pk}")
        assert "A colleague says no" not in offered.content.decode()
    assert MailedReply.objects.waiting().count() == 1


def test_it_fills_the_form_for_a_topic_and_opening_that_changes_nothing(
    topic: MailedReply, ben: User, signed_in: SignedIn
) -> None:
    client = signed_in(ben)
    before = every_row()
    response = client.get(ways(client.get(topic.get_absolute_url()))["Offer it as a topic"])
    assert initial(response) == {
        "headline": "A colleague says no to everything",
        "question": "How can I begin to talk with her?",
        "urgency": "soon",
        "minutes_wanted": 30,
    }
    assert "From your mail, not yet sent" in words(response)
    assert every_row() == before


def test_once_offered_it_is_settled(topic: MailedReply, ben: User, signed_in: SignedIn) -> None:
    client = signed_in(ben)
    path = f"/sessions/{topic.about}/topic/"
    sent = {"headline": "She says no", "question": "", "urgency": "soon", "minutes_wanted": 30, "mailed": topic.pk}
    assert client.post(path, sent).status_code == 302
    topic.refresh_from_db()
    assert (topic.settled_at is not None, topic.text) == (True, "")
    assert Bid.objects.get().topic.headline == "She says no"
    assert "This reply is settled" in words(client.get(topic.get_absolute_url()))


def test_a_form_that_is_not_right_yet_leaves_it_waiting(topic: MailedReply, ben: User, signed_in: SignedIn) -> None:
    response = signed_in(ben).post(f"/sessions/{topic.about}/topic/", {"headline": "", "mailed": topic.pk})
    assert response.status_code == 422
    assert f'name="mailed" value="{topic.pk}"' in response.content.decode()
    assert MailedReply.objects.waiting().get().text == WORDS


def test_what_is_too_long_stands_in_the_form_which_says_what_to_shorten(
    prompt: Message, ben: User, signed_in: SignedIn
) -> None:
    reply = filed(prompt, "H" * 130 + "\n" + "q " * 300 + "end")
    response = signed_in(ben).get(f"/sessions/{reply.about}/topic/?mailed={reply.pk}")
    assert initial(response)["headline"] == "H" * 130
    page = words(response)
    assert "Headline: Ensure this value has at most 120 characters (it has 130)." in page
    assert "Your question for the set: Ensure this value has at most 500 characters (it has 603)." in page


def test_a_topic_offered_before_is_not_written_over(topic: MailedReply, ben: User, signed_in: SignedIn) -> None:
    offer(Session.objects.get(pk=topic.about), ben, now=topic.arrived_at, headline="Delegating")
    response = signed_in(ben).get(f"/sessions/{topic.about}/topic/?mailed={topic.pk}")
    assert initial(response)["headline"] == "Delegating"
    page = words(response)
    assert ("A colleague says no" in page, "nothing was put in its place" in page) == (True, True)


def test_it_can_be_kept_as_preparation_below_what_stands_there(
    topic: MailedReply, ben: User, signed_in: SignedIn
) -> None:
    Preparation.objects.create(session_id=topic.about, author=ben, text="My first line")
    path = f"/sessions/{topic.about}/preparation/"
    client = signed_in(ben)
    text = initial(client.get(f"{path}?mailed={topic.pk}"))["text"]
    assert text == f"My first line\n{WORDS}"
    client.post(path, {"text": text, "mailed": topic.pk})
    assert (Preparation.objects.get().text, MailedReply.objects.waiting().count()) == (text, 0)


def test_more_than_ten_lines_are_kept_and_counted(prompt: Message, ben: User, signed_in: SignedIn) -> None:
    reply = filed(prompt, "\n".join("abcdefghijkl"))
    page = words(signed_in(ben).get(f"/sessions/{reply.about}/preparation/?mailed={reply.pk}"))
    assert "Ten lines at most; this has 12. Your text is still here: shorten it and save again." in page


def test_a_report_back_says_which_action_is_meant_and_starts_from_the_words(
    report: MailedReply, action: Action, asha: User, signed_in: SignedIn
) -> None:
    other = make_action(action.session, asha, "Another")
    client = signed_in(asha)
    found = ways(client.get(report.get_absolute_url()))
    assert found == {
        f"Report back: {one.what}": f"/actions/{one.pk}/report-back/?mailed={report.pk}" for one in (action, other)
    }
    response = client.get(found["Report back: Talk to my manager"])
    assert initial(response)["did"] == "I asked her.\nShe said yes."
    form_key = initial(response)["form_key"]
    sent = {"state": "done", "did": "I asked her.", "form_key": form_key, "mailed": report.pk}
    assert client.post(f"/actions/{action.pk}/report-back/", sent).status_code == 302
    assert (ReportBack.objects.get().did, MailedReply.objects.waiting().count()) == ("I asked her.", 0)


def test_a_long_report_is_kept_whole_and_says_what_to_shorten(
    reminder: Message, action: Action, asha: User, signed_in: SignedIn
) -> None:
    reply = filed(reminder, "word " * 500 + "end")
    response = signed_in(asha).get(f"/actions/{action.pk}/report-back/?mailed={reply.pk}")
    assert initial(response)["did"] == "word " * 500 + "end"
    assert "What I did: Ensure this value has at most 2000 characters (it has 2503)." in words(response)


def test_an_answer_to_a_question_in_between_is_about_that_action(
    action: Action, asha: User, signed_in: SignedIn
) -> None:
    make_action(action.session, asha, "Another")
    reply = filed(posted("actions.check_in", asha, action.pk, "today"))
    found = ways(signed_in(asha).get(reply.get_absolute_url()))
    assert found == {"Report back: Talk to my manager": f"/actions/{action.pk}/report-back/?mailed={reply.pk}"}
    assert initial(signed_in(asha).get(found["Report back: Talk to my manager"]))["did"] == WORDS


def test_a_reply_to_something_else_fills_no_form(
    topic: MailedReply, report: MailedReply, action: Action, asha: User, signed_in: SignedIn
) -> None:
    MailedReply.objects.update(writer=asha)
    client = signed_in(asha)
    assert initial(client.get(f"/actions/{action.pk}/report-back/?mailed={topic.pk}"))["did"] is None
    assert "headline" not in client.get(f"/sessions/{report.about}/topic/?mailed={report.pk}").context["form"].initial


@pytest.mark.parametrize("named", ["", "x", "9" * 30, "²", "-1", "0"])
def test_a_number_that_names_nothing_fills_nothing(
    topic: MailedReply, ben: User, signed_in: SignedIn, named: str
) -> None:
    response = signed_in(ben).get(f"/sessions/{topic.about}/topic/", {"mailed": named})
    assert (response.status_code, initial(response)["headline"]) == (200, None)


def test_thrown_away_it_is_gone(topic: MailedReply, ben: User, signed_in: SignedIn) -> None:
    client = signed_in(ben)
    for _twice in range(2):
        assert client.post(f"{topic.get_absolute_url()}discard/").headers["Location"] == "/"
    assert MailedReply.objects.get().text == ""


def test_who_has_left_can_still_read_and_copy_what_is_theirs(
    topic: MailedReply, ben: User, memberships: dict[str, Membership], signed_in: SignedIn
) -> None:
    end(memberships["Ben"])
    response = signed_in(ben).get(topic.get_absolute_url())
    assert (ways(response), "A colleague says no" in words(response)) == ({}, True)
    assert signed_in(ben).get(f"/sessions/{topic.about}/topic/?mailed={topic.pk}").status_code == 404


def test_home_says_what_was_not_sent_yet_without_its_words(
    topic: MailedReply, ben: User, asha: User, signed_in: SignedIn, now: datetime
) -> None:
    page = signed_in(ben).get("/").content.decode()
    assert (f'href="{topic.get_absolute_url()}"' in page, "A colleague says no" in page) == (True, False)
    assert "From your mail" not in signed_in(asha).get("/").content.decode()
    services.settle(topic, by=ben, now=now)
    assert "From your mail" not in signed_in(ben).get("/").content.decode()


def test_home_asks_once_for_one_reply_and_for_three(prompt: Message, ben: User, signed_in: SignedIn) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            signed_in(ben).get("/")
        return len([one for one in asked if "inbox_mailedreply" in one["sql"]])

    services.take(written_back(prompt), now=prompt.created_at)
    one = questions()
    for number in (2, 3):
        services.take(written_back(prompt, Message_ID=f"<{number}@home.example>"), now=prompt.created_at)
    assert (one, questions()) == (1, 1)


def test_it_is_in_what_one_can_take_along(topic: MailedReply, ben: User, asha: User, signed_in: SignedIn) -> None:
    mine, hers = (signed_in(who).get(reverse("my_data")).content.decode() for who in (ben, asha))
    assert (WORDS in mine, "NOT YET SENT" in hers) == (True, False)


def test_the_admin_shows_nothing_of_it(topic: MailedReply, superuser: User, signed_in: SignedIn) -> None:
    page = signed_in(superuser).get("/admin/").content.decode()
    assert re.findall(r"mailed ?repl", page, re.IGNORECASE) == []
