"""Charts of one bar a row: `{{ share|bar }}` draws per cent, beside the figure itself, which is what is read aloud."""

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def bar(share: int) -> SafeString:
    return SafeString(
        '<svg class="bar" viewBox="0 0 100 8" width="100" height="8" preserveAspectRatio="none"'
        ' aria-hidden="true" focusable="false"><rect class="bar-ground" width="100" height="8"></rect>'
        f'<rect class="bar-share" width="{share:d}" height="8"></rect></svg>'
    )
