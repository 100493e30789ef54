from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from django.urls import include, path
from pytest_django.fixtures import Settings

from als_project.devmail.mailbox import newest_first
from als_project.urls import urlpatterns as ordinary

# What als_project.urls holds in development.
urlpatterns = [*ordinary, path("dev/mail/", include("als_project.devmail.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DEV_MAIL_DIR = tmp_path / "mail"
    return tmp_path / "mail"


def send(subject: str, text: str, *, html: str = "") -> None:
    mail = EmailMultiAlternatives(subject, text, "sets@localhost", ["nia@example.org"])
    if html:
        mail.attach_alternative(html, "text/html")
    mail.connection = get_connection("als_project.devmail.backend.FolderBackend")
    assert mail.send() == 1


def test_a_message_becomes_one_whole_file(folder: Path) -> None:
    send("Your code", "AB12")
    assert [file.suffix for file in folder.iterdir()] == [".eml"]
    assert [(mail.message["subject"], mail.text) for mail in newest_first()] == [("Your code", "AB12")]


def test_the_newest_mail_is_on_top(client: Client) -> None:
    send("The first", "1")
    send("The second", "2")
    page = client.get("/dev/mail/").content.decode()
    assert page.index("The second") < page.index("The first")
    assert page.count("To nia@example.org") == 2


def test_a_folder_without_mail_says_so(client: Client) -> None:
    assert "No mail yet." in client.get("/dev/mail/").content.decode()


def test_a_link_in_a_mail_can_be_followed(client: Client) -> None:
    send("Invitation", "Come along:\n\nhttp://localhost:8000/invitations/abc/\n")
    page = client.get(f"/dev/mail/{newest_first()[0].name}/").content.decode()
    assert '<a href="http://localhost:8000/invitations/abc/"' in page
    assert "<dd>\n          nia@example.org\n        </dd>" in page


def test_what_a_mail_says_is_shown_as_text_never_as_markup(client: Client) -> None:
    send("<b>Bold</b>", "<script>alert(1)</script>", html="<p>Hello</p>")
    page = client.get(f"/dev/mail/{newest_first()[0].name}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "<script>alert" not in page


def test_a_mail_of_html_alone_is_shown_by_its_words() -> None:
    mail = EmailMultiAlternatives("Only HTML", "", "a@example.org", ["b@example.org"])
    mail.content_subtype = "html"
    mail.body = "<style>p { color: red }</style><p>Nia &amp; Tom</p>"
    get_connection("als_project.devmail.backend.FolderBackend").send_messages([mail])
    assert newest_first()[0].text == "Nia & Tom"


@pytest.mark.parametrize("name", ["1700000000000000000-00000000", "..", "..%2Fals", "%2e%2e%2fals.sqlite3", "x"])
def test_a_name_that_is_no_mail_of_the_folder_is_not_found(client: Client, folder: Path, name: str) -> None:
    (folder.parent / "als.eml").write_text("Subject: outside\n\nout of bounds")
    assert client.get(f"/dev/mail/{name}/").status_code == 404


def test_pages_of_mail_are_read_only(client: Client) -> None:
    assert client.post("/dev/mail/").status_code == 405


def test_outside_development_there_are_no_such_pages() -> None:
    assert django_settings.DEBUG is False
    assert [pattern for pattern in ordinary if str(pattern.pattern).startswith("dev/")] == []
