"""The room draws an empty box, and notes to oneself, without their forms: they look as the forms would draw them."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.template.loader import render_to_string
from django.utils import timezone

from als_project.users.models import User
from sessions.forms import room as forms
from sessions.models import Stage
from sessions.room import Room, room_of
from sessions.views.room import shown
from sets.models import Membership


class Read(HTMLParser):
    """What a browser makes of it: elements with their attributes in any order, and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if words := re.sub(r"\s+", " ", data).strip():
            self.parts.append(words)


def room_for(member: Membership, stage: Stage) -> Room:
    return room_of(stage.session, member, timezone.now())


def by_the_form(room: Room, box: forms.EmptyBox) -> str:
    assert room.stage is not None
    initial = {"stage": room.stage.pk, "form_key": box.form_key, "kind": box.kind}
    return render_crispy_form(forms.fitted(forms.ContributionForm(initial=initial), room))


@pytest.mark.parametrize("kinds", [["suggestion"], ["suggestion", "experience"]], ids=["one kind", "two kinds"])
@pytest.mark.parametrize("who", ["Ben", "Gita", "the scribe"])
def test_an_empty_box(
    who: str, kinds: list[str], suggestions: Stage, ben: User, dora: User, memberships: dict[str, Membership]
) -> None:
    suggestions.session.scribe = ben if who == "the scribe" else None
    suggestions.session.stages.filter(pk=suggestions.pk).update(captures=kinds)
    room = room_for(memberships["Ben" if who == "the scribe" else who], suggestions)
    box = forms.box_for(room, kinds[-1])
    assert box is not None
    assert bool(box.others) == (who != "Ben")
    drawn = render_to_string("sessions/_room_box_empty.html", {**shown(room), "box": box})
    assert Read(drawn).parts == Read(by_the_form(room, box)).parts


@pytest.mark.parametrize("text", ["", "Ask <her>\nfirst"])
def test_notes_to_oneself(text: str, suggestions: Stage, memberships: dict[str, Membership]) -> None:
    suggestions.session.own_note = text  # type: ignore[attr-defined]  # annotated
    room = room_for(memberships["Ben"], suggestions)
    form = forms.NoteForm(None, room=room)
    form.initial = {"text": text}
    drawn = Read(render_to_string("sessions/_room_note.html", {**shown(room), "request": SimpleNamespace()})).parts
    asked = Read(render_crispy_form(form)).parts
    start = drawn.index(asked[0])
    assert drawn[start : start + len(asked)] == asked
