"""What a template says the same way every time is looked up once: plain words, and addresses without arguments.

A page has dozens of them, in its header and footer alone. Anything with a variable in it goes Django's way each time.
"""

from collections.abc import Callable, Hashable

from django import template
from django.template.base import Parser, Token, Variable
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_tag
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import get_script_prefix, get_urlconf
from django.utils.translation import get_language

register = template.Library()


class Constant(template.Node):
    """What `node` renders, kept under what alone it depends on."""

    def __init__(self, node: template.Node, depends_on: Callable[[], Hashable]) -> None:
        self.node, self.depends_on = node, depends_on
        self.rendered: dict[Hashable, str] = {}

    def render(self, context: template.Context) -> str:
        key = self.depends_on()
        if key not in self.rendered:
            self.rendered[key] = self.node.render(context)
        return self.rendered[key]


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    node: TranslateNode = do_translate(parser, token)
    said = node.filter_expression
    literal = isinstance(said.var, Variable) and said.var.literal is not None
    plain = literal and not (said.filters or node.asvar or node.message_context)
    return Constant(node, get_language) if plain else node


@register.tag
def url(parser: Parser, token: Token) -> template.Node:
    node: URLNode = url_tag(parser, token)
    plain = not (node.args or node.kwargs or node.asvar or node.view_name.is_var or node.view_name.filters)
    return Constant(node, _site) if plain else node


def _site() -> Hashable:
    return get_script_prefix(), get_urlconf()
