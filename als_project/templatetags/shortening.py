"""`|truncatechars`, for rows whose text is mostly short enough: Django's looks at every letter to find that out."""

from unicodedata import normalize

from django import template
from django.template import defaultfilters

register = template.Library()


@register.filter(is_safe=True)
@defaultfilters.stringfilter
def truncatechars(text: str, most: int) -> str:
    whole = normalize("NFC", text)
    return whole if len(whole) <= most else defaultfilters.truncatechars(text, most)
