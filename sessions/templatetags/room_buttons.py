"""The buttons of the room: each is a form of its own, and there are many."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()
# What a button can carry beside the stage that its page was in.
CARRIED = ("way", "minutes", "seen", "also", "hand", "speaker", "stage", "slot", "bid")


@register.simple_tag(takes_context=True)
def what_its_page_knew(context: template.Context) -> SafeString:
    """Hidden fields: the stage, and what the button was given; where it gives minutes, how many the stage had."""
    stage = context["room"].stage
    fields = [("leaving", stage.clock_id if stage else "")]
    if context.get("minutes"):
        fields.append(("seen", stage.minutes))
    fields += [(name, value) for name in CARRIED if (value := context.get(name))]
    return format_html_join("\n", '<input type="hidden" name="{}" value="{}">', fields)
