"""Every stage of every process × every role × everything that can be sent, as a browser sends it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.messages import ERROR, get_messages
from django.db import connection, transaction
from django.test import Client, override_settings

from sessions.models import Session
from sets.models import Membership
from sets.processes import Process, all_processes
from tests.sessions.every_act import OUTSIDERS, ROLES, may_do, new_in_its_kind
from tests.sessions.every_act_sent import PLAYS, Scene, Sent

pytestmark = pytest.mark.django_db
# What pages say in all these stages is looked at elsewhere: here it would take ten times as long.
BLANK = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "OPTIONS": {"loaders": ["tests.blank_pages.Loader"]},
}
FOR_ALL = new_in_its_kind()
WRITES = ("INSERT", "UPDATE", "DELETE")


@override_settings(TEMPLATES=[BLANK])
@pytest.mark.parametrize("process", all_processes(), ids=lambda process: process.slug)
def test_who_does_what_in_every_stage(process: Process, caplog: pytest.LogCaptureFixture) -> None:
    """By all in one of the stages where it should go the same way; in others by one, another one each time."""
    caplog.set_level(logging.CRITICAL, logger="django.request")
    scene, unexpected = Scene(process.slug), []
    clients = {role: signed_in(scene, role) for role in (*ROLES, *OUTSIDERS)}
    for number, plan in enumerate(process.stages):
        sent, may = scene.sent(scene.reach(plan)), may_do(process, plan)
        assert set(may) == set(sent)
        for place, (role, client) in enumerate(clients.items()):
            with undone():
                play(role, scene)
                for turn, (act, form) in enumerate(sent.items(), start=number):
                    if turn % len(clients) == place or (process.slug, plan.key, act) in FOR_ALL:
                        answer = answer_to(client, scene.session, form)
                        if answer not in expected(role, may[act]):
                            unexpected.append(f"{plan.key}: {role}, {act}: {answer}")
    assert unexpected == []


def expected(role: str, may: set[str]) -> tuple[str, ...]:
    if role in OUTSIDERS:
        return ("not found",)
    return ("done",) if role in may else ("refused", "not found")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written meanwhile is gone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def signed_in(scene: Scene, role: str) -> Client:
    client = Client()
    client.force_login(scene[PLAYS[role]])
    return client


def play(role: str, scene: Scene) -> None:
    if role == "runner":
        Session.objects.filter(pk=scene.session.pk).update(runner=scene["Rosa"])
    if role == "presenting facilitator":
        Membership.objects.filter(user=scene["Asha"]).update(is_facilitator=True)


def answer_to(client: Client, session: Session, form: Sent) -> str:
    """“done” where something was written; else “refused”, or “not found”."""
    path, data = form
    written: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(WRITES):
            written.append(sql)
        return execute(sql, *rest)

    with undone(), connection.execute_wrapper(watch):
        response = client.post(path if path.startswith("/") else f"/sessions/{session.pk}/{path}", data)
        client.cookies.pop("messages", None)
    said_no = any(message.level == ERROR for message in get_messages(response.wsgi_request))
    if response.status_code < 400 and not said_no and written:
        return "done"
    if written:
        return f"{response.status_code}, and wrote {written}"
    return "not found" if response.status_code == 404 else "refused"
