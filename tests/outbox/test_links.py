from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from als_project.outbox import links, services
from als_project.outbox.links import Link, Page, Purpose, make_link
from als_project.outbox.models import Message
from als_project.refusals import Refused
from als_project.users.models import User

SOON = timezone.now() + timedelta(hours=1)


class Wave(Purpose):
    """Waves for its person while they may, once."""

    name = "test.wave"
    says = "that you wave"
    may = True
    refuses = False
    done: list[tuple[str, tuple[int, ...]]] = []

    def page(self, link: Link, *, now: datetime) -> Page | None:
        if Wave.done:
            return Page("You have waved", "They have seen you.", "/", "Home")
        at = f"They see it at {timezone.localtime(SOON):%H:%M}."
        return Page("Wave to the others?", at, "/", "Home", "Wave") if Wave.may else None

    def act(self, link: Link, *, now: datetime) -> None:
        if Wave.refuses:
            raise Refused("You can’t wave in listening mode.")
        Wave.done.append((link.person.name, link.about))


@pytest.fixture(autouse=True)
def wave(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Wave]]:
    monkeypatch.setitem(links._purposes, Wave.name, Wave())
    for name, value in {"may": True, "refuses": False, "done": []}.items():
        monkeypatch.setattr(Wave, name, value)
    return Wave  # type: ignore[return-value]


def link_for(person: User, *, expires: datetime = SOON, purpose: str = "test.wave") -> str:
    return make_link(person, purpose=purpose, about=(7, 31), expires=expires).removeprefix("http://testserver")


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_following_a_link_changes_nothing(asha: User, signed_in: Any, method: str) -> None:
    getattr(signed_in(asha), method)(link_for(asha))
    assert Wave.done == []


def test_the_page_asks_with_one_button_without_signing_in(asha: User) -> None:
    page = Client().get(link_for(asha)).content.decode().split("<main", 1)[1]
    assert ("<h1>Wave to the others?</h1>" in page, page.count("<button")) == (True, 1)
    assert "This is for Asha." in page


def test_times_on_it_are_on_its_persons_clock(asha: User) -> None:
    User.objects.filter(pk=asha.pk).update(time_zone="Asia/Kathmandu")
    local = SOON.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert f"They see it at {local:%H:%M}." in Client().get(link_for(asha)).content.decode()


def test_the_button_acts_for_its_person_and_leads_to_what_stands(asha: User, signed_in: Any) -> None:
    client = signed_in(asha)
    response = client.post(link_for(asha))
    assert (response.status_code, response["Location"], Wave.done) == (302, link_for(asha), [("Asha", (7, 31))])
    page = client.get(response["Location"]).content.decode().split("<main", 1)[1]
    assert ("<h1>You have waved</h1>" in page, "<button" in page) == (True, False)


def test_used_twice_it_acts_once_and_says_what_stands(asha: User, signed_in: Any) -> None:
    client = signed_in(asha)
    client.post(link_for(asha))
    again = client.post(link_for(asha))
    assert (again.status_code, b"You have waved" in again.content, len(Wave.done)) == (200, True, 1)


def told() -> list[str]:
    return [message.to.name for message in Message.objects.filter(kind="outbox.answered") if message.to]


def test_without_signing_in_the_button_acts_and_leads_to_thanks(asha: User) -> None:
    response = Client().post(link_for(asha))
    assert (response.status_code, response["Location"], Wave.done) == (
        302,
        link_for(asha) + "?thanks",
        [("Asha", (7, 31))],
    )
    page = Client().get(response["Location"]).content.decode().split("<main", 1)[1]
    assert ("<h1>Thank you</h1>" in page, "waved" in page, "Asha" in page) == (True, False, False)


def test_who_only_holds_the_mail_does_not_learn_whether_it_was_used(asha: User, wave: type[Wave]) -> None:
    """Over, and used: one page, to the byte, by either method."""
    wave.may = False
    over = [page_of(Client(), method, asha) for method in ("get", "post")]
    wave.may, wave.done = True, [("Asha", (7, 31))]
    used = [page_of(Client(), method, asha) for method in ("get", "post")]
    assert over == used
    assert ({status for status, _page in used}, "Sign in to see what stands" in used[0][1], told()) == ({410}, True, [])


def page_of(client: Client, method: str, person: User) -> tuple[int, str]:
    response = getattr(client, method)(link_for(person))
    return response.status_code, response.content.decode().split("<main", 1)[1]


def test_its_person_hears_that_it_was_used_without_signing_in_and_where_to_change_it(
    asha: User, mailoutbox: list[Any]
) -> None:
    for _again in range(3):
        Client().post(link_for(asha))
    assert told() == ["Asha"]
    services.send_due(now=timezone.now())
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["asha@example.org"], "An answer was given by a link in your mail")
    assert "we were told that you wave." in " ".join(mail.body.split())
    assert "http://testserver/" in mail.body.splitlines()


def test_signed_in_they_are_told_nothing_of_what_they_did_themselves(asha: User, signed_in: Any) -> None:
    signed_in(asha).post(link_for(asha))
    assert (len(Wave.done), told()) == (1, [])


def test_they_are_told_of_it_again_when_it_was_done_again(asha: User) -> None:
    for _again in range(2):
        Wave.done.clear()
        Client().post(link_for(asha))
    assert told() == ["Asha", "Asha"]


def test_nothing_is_told_of_what_was_refused_or_of_what_somebody_else_tried(
    asha: User, ben: User, signed_in: Any, wave: type[Wave]
) -> None:
    signed_in(ben).post(link_for(asha))
    wave.refuses = True
    Client().post(link_for(asha))
    assert (Wave.done, told()) == ([], [])


def test_it_is_not_done_where_it_can_not_be_told(asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(**message: Any) -> None:
        User.objects.filter(pk=asha.pk).update(name="Changed")
        raise Refused("No room.")

    monkeypatch.setattr(services, "post", no_room)
    assert Client().post(link_for(asha)).status_code == 409
    assert User.objects.get(pk=asha.pk).name == "Asha"


def test_it_signs_nobody_in(asha: User) -> None:
    client = Client()
    client.get(link_for(asha))
    client.post(link_for(asha))
    assert "_auth_user_id" not in client.session


def test_its_address_goes_to_no_other_site(asha: User) -> None:
    response = Client().get(link_for(asha))
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in response.headers["Cache-Control"]


def test_it_dies_with_the_account(asha: User) -> None:
    User.objects.filter(pk=asha.pk).update(is_active=False)
    for method in ("get", "post"):
        assert getattr(Client(), method)(link_for(asha)).status_code == 404
    assert Wave.done == []


def test_another_page_can_not_press_the_button(asha: User) -> None:
    """Nor can a scanner that sends forms: the button goes with a token that stands in a cookie too."""
    client = Client(enforce_csrf_checks=True)
    assert client.post(link_for(asha)).status_code == 403
    client.force_login(asha)
    assert client.post(link_for(asha)).status_code == 403
    assert Wave.done == []


def test_it_works_for_nobody_else(asha: User, ben: User, signed_in: Any) -> None:
    for method in ("get", "post"):
        response = getattr(signed_in(ben), method)(link_for(asha))
        assert (response.status_code, b"for somebody else" in response.content) == (403, True)
    assert Wave.done == []


def test_it_expires(asha: User, signed_in: Any) -> None:
    for method in ("get", "post"):
        response = getattr(signed_in(asha), method)(link_for(asha, expires=timezone.now()))
        assert (response.status_code, b"This link is over" in response.content) == (410, True)
    assert Wave.done == []


def test_it_is_over_when_its_person_may_no_more(asha: User, signed_in: Any, wave: type[Wave]) -> None:
    wave.may = False
    for method in ("get", "post"):
        assert getattr(signed_in(asha), method)(link_for(asha)).status_code == 410
    assert Wave.done == []


def test_a_purpose_that_is_no_more_is_over(asha: User, signed_in: Any) -> None:
    assert signed_in(asha).get(link_for(asha, purpose="test.gone")).status_code == 410


def test_what_is_refused_is_said_where_it_was_asked(asha: User, signed_in: Any, wave: type[Wave]) -> None:
    wave.refuses = True
    response = signed_in(asha).post(link_for(asha))
    assert (response.status_code, "You can’t wave in listening mode." in response.content.decode()) == (409, True)


def test_a_link_that_was_changed_leads_nowhere(asha: User, ben: User, signed_in: Any) -> None:
    link = link_for(asha)
    for wrong in (link.replace(":7.31:", ":8.31:"), link.replace(f":{asha.pk}:", f":{ben.pk}:"), link[:-4] + "/"):
        assert wrong != link
        for client in (Client(), signed_in(ben), signed_in(asha)):
            assert client.post(wrong).status_code == 404
    assert Wave.done == []


def test_a_link_says_only_numbers_and_its_purpose(asha: User) -> None:
    token = link_for(asha).removesuffix("/").rpartition("/")[2]
    assert links.signer.unsign(token) == f"test.wave:7.31:{asha.pk}:{int(SOON.timestamp())}"


def test_two_purposes_can_not_share_a_name() -> None:
    class Other(Purpose):
        name = "test.wave"

    with pytest.raises(ValueError, match=r"test\.wave"):
        links.register_purpose(Other)
