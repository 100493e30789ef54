"""Who may listen."""

from datetime import timedelta

import psycopg2
import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.template import Context, Template
from django.utils import timezone

from als_project.live.passes import Pass, read_pass, write_pass
from als_project.users.models import SignIn, User
from tests.live.servers import Web, wait_until
from tests.live.streams import Pages, cookie_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_present_people_are_let_in(pages: Pages, asha: User, gita: User, channel: str) -> None:
    assert [pages.open(user, channel).status for user in (asha, gita)] == [200, 200]


def test_a_page_carries_a_pass_of_its_reader(asha: User, channel: str) -> None:
    page = Template("{% load live %}{% live_channel channel %}").render(Context({"user": asha, "channel": channel}))
    assert read_pass(page.removeprefix("/live/").removesuffix("/")) == Pass(asha.pk, channel)


def test_strangers_organisers_administrators_and_those_who_left_are_not(
    pages: Pages, stranger: User, olu: User, superuser: User, cara: User, channel: str
) -> None:
    assert [pages.open(user, channel).status for user in (stranger, olu, superuser, cara)] == [404, 404, 404, 404]


def test_a_pass_is_of_use_to_its_own_person_alone(pages: Pages, asha: User, ben: User, channel: str) -> None:
    assert pages.ask(write_pass(asha.pk, channel), cookie_of(ben)).status == 403


def test_a_pass_is_of_no_use_without_being_signed_in(pages: Pages, asha: User, channel: str) -> None:
    signed_out = cookie_of(asha)
    SignIn.objects.all().delete()
    assert pages.ask(write_pass(asha.pk, channel)).status == 403
    assert pages.ask(write_pass(asha.pk, channel), signed_out).status == 403
    assert pages.ask(write_pass(asha.pk, channel), "sessionid=made-up").status == 403


def test_who_may_not_sign_in_may_not_listen(pages: Pages, asha: User, channel: str) -> None:
    cookie = cookie_of(asha)
    User.objects.filter(pk=asha.pk).update(is_active=False)
    assert pages.ask(write_pass(asha.pk, channel), cookie).status == 403


def test_a_forged_pass_is_refused(pages: Pages, asha: User, channel: str) -> None:
    cookie = cookie_of(asha)
    true = write_pass(asha.pk, channel)
    other_purpose = signing.dumps([asha.pk, channel], salt="something else")
    for token in (
        true[:-1],
        true.replace(true[3], "A" if true[3] != "A" else "B", 1),
        other_purpose,
        "",
        "a/b",
        "%C3%A9:%C3%A9:x",
    ):
        assert (token, pages.ask(token, cookie).status) == (token, 403)


def test_a_pass_ends_after_twelve_hours(pages: Pages, asha: User, channel: str) -> None:
    cookie = cookie_of(asha)
    with time_machine.travel(timezone.now() - timedelta(hours=12, seconds=1)):
        too_old = write_pass(asha.pk, channel)
    with time_machine.travel(timezone.now() - timedelta(hours=11, minutes=59)):
        just_good = write_pass(asha.pk, channel)
    assert [pages.ask(token, cookie).status for token in (too_old, just_good)] == [403, 200]


def test_a_channel_that_nobody_guards_is_not_there(pages: Pages, asha: User) -> None:
    assert pages.open(asha, "tea:1").status == 404


def test_a_stream_is_only_ever_read(pages: Pages, asha: User, channel: str) -> None:
    assert pages.ask(write_pass(asha.pk, channel), cookie_of(asha), method="PUT").status == 405


def test_no_database_connection_is_held_while_streams_are_open(
    pages: Pages, asha: User, ben: User, channel: str
) -> None:
    for _ in range(5):
        pages.open(asha, channel), pages.open(ben, channel)
    wait_until(lambda: connections_of_others() == 0, seconds=2)


def test_without_a_database_nobody_is_let_in_and_those_who_are_in_stay(
    web: Web, pages: Pages, asha: User, ben: User, channel: str
) -> None:
    inside = pages.open(asha, channel)
    token, cookie = write_pass(ben.pk, channel), cookie_of(ben)
    wait_until(lambda: connections_of_others() == 0, seconds=2)
    allow_connections("false")
    try:
        assert pages.ask(token, cookie).status == 503
    finally:
        allow_connections("true")
    assert pages.ask(token, cookie).status == 200
    assert not inside.has_ended
    assert "Traceback" not in web.complaints()


def allow_connections(answer: str) -> None:
    """Said from another database: one can't shut itself."""
    own = connection.get_connection_params()
    elsewhere = psycopg2.connect(**{**own, "dbname": "postgres", "cursor_factory": None})
    elsewhere.autocommit = True
    elsewhere.cursor().execute(f'ALTER DATABASE "{own["dbname"]}" ALLOW_CONNECTIONS {answer}')
    elsewhere.close()


def connections_of_others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
