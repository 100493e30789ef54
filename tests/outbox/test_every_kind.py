"""What holds for each kind of message there is, without having to know it."""

import re
from datetime import UTC
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from als_project.devmail.examples import all_samples, example_of, sample_called
from als_project.outbox.kinds import all_kinds, kind_called, optional_kinds
from als_project.outbox.models import How, Message, Preference
from als_project.outbox.unsubscribing import address_of
from als_project.users.models import User
from tests.cast import SignedIn

pytestmark = pytest.mark.django_db


def sample(name: str) -> EmailMessage:
    """A kind, or one of the mails about an account."""
    found = sample_called(name)
    assert found
    mail = found.letter.message()
    assert isinstance(mail, EmailMessage)
    return mail


def example(kind: str) -> EmailMessage:
    mail = example_of(kind).message()
    assert isinstance(mail, EmailMessage)
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert isinstance(found, EmailMessage)
    return str(found.get_content())


@pytest.mark.parametrize("kind", all_kinds())
def test_it_says_what_it_is_to_other_machines(kind: str) -> None:
    mail = example(kind)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@testserver>", mail["Message-ID"])
    assert abs((parsedate_to_datetime(mail["Date"]).astimezone(UTC) - timezone.now()).total_seconds()) < 5
    assert mail["List-Id"] == f"<{kind.replace('_', '-')}.testserver>"


@pytest.mark.parametrize("name", all_samples())
def test_each_header_stands_once(name: str) -> None:
    names = [header.lower() for header in sample(name)]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("name", all_samples())
def test_its_html_says_what_its_text_says(name: str) -> None:
    """Words only: in HTML an address stands behind the words that lead to it."""
    mail = sample(name)
    body = part(mail, "html").split("<body", 1)[1].split(">", 1)[1]
    said = set(re.findall(r"\w{3,}", strip_tags(body).replace("&#x27;", "'").replace("&quot;", '"')))
    assert set(re.findall(r"\w{3,}", re.sub(r"https?://\S+", "", part(mail, "plain")))) - said == set()


@pytest.mark.parametrize("name", all_samples())
def test_each_address_in_its_text_is_in_its_html(name: str) -> None:
    mail = sample(name)
    html = part(mail, "html")
    addresses = re.findall(r"^https?://\S+$", part(mail, "plain"), re.MULTILINE)
    assert [address for address in addresses if f'href="{address}"' not in html] == []


@pytest.mark.parametrize("name", all_samples())
def test_an_address_stands_alone_on_its_line_below_its_words(name: str) -> None:
    """So that the shortest mail program makes it a link, and a reader knows beforehand where it leads."""
    lines = part(sample(name), "plain").replace("\r", "").split("\n")
    ours = [number for number, line in enumerate(lines) if "http://testserver/" in line]
    assert [lines[number] for number in ours if not re.fullmatch(r"http://testserver/\S*", lines[number])] == []
    assert [lines[number] for number in ours if not lines[number - 1].strip()] == []


@pytest.mark.parametrize("kind", all_kinds())
def test_an_optional_kind_is_turned_off_by_one_post_of_a_mail_program(kind: str, asha: User) -> None:
    mail, optional = example(kind), kind in optional_kinds()
    assert ("List-Unsubscribe" in mail, "List-Unsubscribe-Post" in mail) == (optional, optional)
    found = kind_called(kind)
    assert found is not None
    assert found.needed is not optional
    if optional:
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = address_of(Message(to=asha, kind=kind))
    sent = {"List-Unsubscribe": "One-Click"}
    response = Client(enforce_csrf_checks=True).post(urlsplit(address).path, sent)
    assert response.status_code == 200
    assert list(Preference.objects.values_list("user", "kind", "how")) == (
        [(asha.pk, kind, How.NEVER)] if optional else []
    )


def test_the_account_page_leads_to_the_choice(asha: User, signed_in: SignedIn) -> None:
    assert f'href="{reverse("outbox:preferences")}"' in signed_in(asha).get(reverse("account")).content.decode()
