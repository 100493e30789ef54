"""What is left of a mail when quotations and signatures are taken away."""

import time
from email import message_from_bytes, message_from_string
from email.message import EmailMessage

import pytest

from als_project.inbox.wording import own_words

OURS = ["sets@sets.example", "replies+7-abc@sets.example"]
MINE = "I would like help with this:\n- my colleague\n- my time\n\nHow do I begin?"


def read(text: str) -> str:
    mail = EmailMessage()
    mail.set_content(text)
    return own_words(message_from_bytes(mail.as_bytes()), ours=OURS)


@pytest.mark.parametrize(
    "quotation",
    [
        "On Tue, 6 Oct 2026 at 14:00, Learning sets <sets@sets.example> wrote:\n> Your learning set meets\n> Tuesday",
        "On Tue, 6 Oct 2026 at 14:00, Learning sets <\nreplies+7-abc@sets.example> wrote:\n\n> Your learning set meets",
        "Am 06.10.2026 um 14:00 schrieb Learning sets:\n> Your learning set meets",
        "Le mar. 6 oct. 2026 à 14:00, Sets <sets@sets.example> a écrit :\n\n> Your learning set meets",
        "From: Sets <SETS@sets.example>\nSent: Tuesday\nTo: Ben\nSubject: Your learning set\n\nYour learning set meets",
        "________________________________\nFrom: Sets <sets@sets.example>\nSent: Tuesday\n\nYour learning set meets",
        "________________________________\nVon: Lernen\nGesendet: Dienstag\n\nYour learning set meets",
        "-----Original Message-----\nFrom: Sets\n\nYour learning set meets",
        "-----Ursprüngliche Nachricht-----\nVon: Sets\n\nYour learning set meets",
        "Sent from my iPhone\n\n> On 6 Oct 2026, at 14:00, Sets <sets@sets.example> wrote:\n> \n> Your learning set",
        "-- \nBen Odhiambo\nHead of things\n+254 1234",
        "Get Outlook for iOS",
        "",
    ],
)
def test_only_what_the_writer_wrote_is_left(quotation: str) -> None:
    assert read(f"{MINE}\n\n{quotation}\n") == MINE


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for asking. I want to talk about budgets.\nBest I can do is this.\nRegards, I know, are cheap.",
        "From: what I understand, she left.\nTo: be fair, so did I.",
        "This is confidential: my boss says no.",
        "On Monday she wrote: no. On Tuesday she wrote: yes.",
        "Two things --- and a third\n--no",
    ],
)
def test_words_that_look_like_more_than_they_are_stay(text: str) -> None:
    assert read(text) == text


def test_answers_between_quoted_lines_stay_in_their_order() -> None:
    assert read("> Is there something?\nYes: my budget.\n> When?\nTuesday.\n") == "Yes: my budget.\nTuesday."


def test_a_mail_that_only_quotes_says_nothing() -> None:
    assert read("On Tue, 6 Oct 2026 at 14:00, Sets <sets@sets.example> wrote:\n> Your learning set meets\n") == ""


def test_html_alone_is_read_as_lines_without_what_it_quotes() -> None:
    html = (
        "<style>p {}</style><div>My budget &amp; my\n time</div><p>How do I <b>begin</b>?</p>"
        "<blockquote>Your learning set <p>meets</p></blockquote><div>Ben</div>"
    )
    mail = message_from_string(f"Content-Type: text/html\n\n{html}")
    assert own_words(mail, ours=OURS) == "My budget & my time\nHow do I begin?\n\nBen"


def test_plain_text_goes_before_html_and_before_files() -> None:
    mail = EmailMessage()
    mail.set_content("The text")
    mail.add_alternative("<p>The HTML</p>", subtype="html")
    mail.add_attachment("The file", filename="notes.txt")
    assert own_words(message_from_bytes(mail.as_bytes()), ours=OURS) == "The text"


@pytest.mark.parametrize(
    ("head", "body", "words"),
    [
        ("text/plain; charset=iso-8859-1", "Größe".encode("latin-1"), "Größe"),
        ("text/plain; charset=unheard-of", "Größe".encode(), "Größe"),
        ("text/plain; charset=utf-8", b"Gr\xfc\xdfe", "Gr��e"),
        ("image/png", b"xyz", ""),
        ("multipart/mixed", b"no boundary", ""),
    ],
)
def test_whatever_a_mail_holds_it_is_read_or_empty(head: str, body: bytes, words: str) -> None:
    mail = message_from_bytes(b"Content-Type: " + head.encode() + b"\nContent-Transfer-Encoding: 8bit\n\n" + body)
    assert own_words(mail, ours=OURS) == words


@pytest.mark.parametrize(
    "hostile",
    ["On " * 200_000, "> " * 300_000, "\n" * 600_000, "On Tue\n" * 90_000 + "wrote:", "-" * 600_000, "-_ " * 200_000],
)
def test_nobody_holds_the_reader_up(hostile: str) -> None:
    mail = message_from_string(f"Content-Type: text/plain\n\n{hostile}")
    started = time.process_time()
    own_words(mail, ours=OURS)
    assert time.process_time() - started < 2


def test_hostile_html_does_not_either() -> None:
    mail = message_from_string("Content-Type: text/html\n\n" + "<blockquote><div " * 20_000)
    started = time.process_time()
    own_words(mail, ours=OURS)
    assert time.process_time() - started < 2
