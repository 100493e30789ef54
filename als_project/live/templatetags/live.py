"""`<main data-live="{% live_channel room.channel %}">`: the page hears of changes on that channel."""

from typing import Any

from django import template

from als_project.live.passes import write_pass
from als_project.live.stream import PREFIX
from als_project.live.wire import named

register = template.Library()


@register.simple_tag(takes_context=True)
def live_channel(context: dict[str, Any], channel: str) -> str:
    """The address of the reader's own stream of this channel. The view has made sure that they may read it."""
    return f"{PREFIX}{write_pass(context['user'].pk, named(channel))}/"
