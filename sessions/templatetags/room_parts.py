"""What the room and the record have many of, drawn by one call each: a template for every one costs several times more.

{% press "sessions:pause" kind="button quiet" %}Pause{% endpress %}
{% fold "sessions:skip" id="room-skip" open=skip_form %}Pass over{% folded %}The form that was refused{% endfold %}
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, TokenType, token_kwargs
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from als_project.templatetags.clock import time_of
from sessions.looking_back import QUESTIONS
from sessions.models import Session, Slot, Stage
from sessions.recorded import StageRecord
from sessions.said import Words

register = template.Library()
Given = dict[str, FilterExpression]


class Press(template.Node):
    """A button: a form of its own, with what its page knew."""

    child_nodelists = ("words",)

    def __init__(self, address: template.Node, given: Given, words: NodeList) -> None:
        self.address, self.given, self.words = address, given, words

    def render(self, context: template.Context) -> SafeString:
        given = {name: value.resolve(context) for name, value in self.given.items()}
        kind, own_id = conditional_escape(given.pop("kind")), conditional_escape(given.pop("id", ""))
        address = self.address.render(context)
        return SafeString(
            f'''<form class="inline" method="post" action="{address}"
      hx-post="{address}" hx-target="body" hx-swap="none">
  {_hidden("csrfmiddlewaretoken", str(context["csrf_token"]))}
  {_what_its_page_knew(context["room"].stage, given)}
  <button class="{kind}"{f' id="{own_id}"' if own_id else ""}>{self.words.render(context).strip()}</button>
</form>'''
        )


def _what_its_page_knew(stage: Stage | None, given: dict[str, Any]) -> str:
    """Hidden fields: the stage, and what the button was given; where it gives minutes, how many the stage had."""
    fields = {"leaving": stage.clock_id if stage else ""}
    if stage and "minutes" in given:
        fields["seen"] = stage.minutes
    fields |= {name: value for name, value in given.items() if value}
    return "".join([_hidden(name, value) for name, value in fields.items()])


def _hidden(name: str, value: str | int) -> str:
    said = value if isinstance(value, int) else conditional_escape(value)
    return f'<input type="hidden" name="{name}" value="{said}">'


class Fold(template.Node):
    """A form that is seldom used comes when it is opened. One that was refused is here already, and open."""

    child_nodelists = ("words", "form")

    def __init__(self, address: template.Node, given: Given, words: NodeList, form: NodeList) -> None:
        self.address, self.given, self.words, self.form = address, given, words, form

    def render(self, context: template.Context) -> SafeString:
        own_id = conditional_escape(self.given["id"].resolve(context))
        if "open" in self.given and self.given["open"].resolve(context):
            how, inside = "open", str(self.form.render(context))
        else:
            address = self.address.render(context)
            how = f'hx-get="{address}" hx-trigger="toggle once" hx-target="find .folded" hx-swap="innerHTML"'
            inside = f'<a href="{address}">{_show_the_form(get_language())}</a>'
        return SafeString(
            f'''<details id="{own_id}" {how}>
  <summary>{self.words.render(context).strip()}</summary>
  <div class="folded">{inside}</div>
</details>'''
        )


@register.filter
def heading(looks_back_on: str, field: str) -> str:
    """Over what a review says in this field."""
    return str(QUESTIONS[looks_back_on][field].heading)


@register.filter
def time_tag(instant: datetime) -> SafeString:
    """In the reader's zone, and for machines."""
    return SafeString(f'<time datetime="{instant.isoformat()}">{time_of(instant)}</time>')


@register.filter
def options(people: Iterable[tuple[int, str]]) -> SafeString:
    """Of a list to choose from: each by id and name, none of them chosen."""
    return SafeString("".join([f'<option value="{pk:d}">{escape(name)}</option>' for pk, name in people]))


@register.filter
def in_rows(contributions: Iterable[Words]) -> SafeString:
    return SafeString("".join([f"<li>{as_said(contribution)}</li>" for contribution in contributions]))


@register.filter
def as_said(contribution: Words) -> SafeString:
    """What was said, and by whom. What else there is to tell of some has a template."""
    if not contribution.is_plain:
        return render_to_string("sessions/_contribution_marked.html", {"contribution": contribution})
    return SafeString(
        f"""<p class="words">{escape(contribution.text)}</p><p class="meta">{escape(contribution.said_by)}</p>"""
    )


@register.filter
def minutes_in_rows(stages: Iterable[StageRecord]) -> SafeString:
    """Of a table: what each stage is called, what was changed on the way, its minutes as planned and as it took."""
    return SafeString("".join([_minutes_in_row(stage) for stage in stages]))


def _minutes_in_row(stage: StageRecord) -> str:
    changes = render_to_string("sessions/_record_changes.html", {"changes": stage.changes}) if stage.changes else ""
    return f"""<tr>
<td>{escape(stage.name)}{changes}</td><td class="number">{stage.planned}</td><td class="number">{stage.took}</td>
</tr>"""


@register.simple_tag
def names_kept(session: Session, slots: Iterable[Slot]) -> str:
    """By which a device keeps what is typed in this session and not sent, as `static/js/keep.js` reads them."""
    of_slots = [f" commit-{slot.pk}-* draft-{slot.pk}-*" for slot in slots]
    return f"room-{session.pk}-* review-{session.pk}-*{''.join(of_slots)}"


@cache
def _show_the_form(_language: str) -> str:
    return conditional_escape(gettext("Show the form"))


@register.tag
def press(parser: Parser, token: Token) -> Press:
    address, given = _address_and_given(parser, token)
    words = parser.parse(("endpress",))
    parser.delete_first_token()
    return Press(address, given, words)


@register.tag
def fold(parser: Parser, token: Token) -> Fold:
    address, given = _address_and_given(parser, token)
    words = parser.parse(("folded", "endfold"))
    form = NodeList()
    if parser.next_token().contents == "folded":
        form = parser.parse(("endfold",))
        parser.delete_first_token()
    return Fold(address, given, words, form)


def _address_and_given(parser: Parser, token: Token) -> tuple[template.Node, Given]:
    _name, view, *given = token.split_contents()
    address = parser.tags["url"](parser, Token(TokenType.BLOCK, f"url {view} room.session.pk"))
    return address, token_kwargs(given, parser)
