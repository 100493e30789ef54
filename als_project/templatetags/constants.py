"""What a template says the same way every time is looked up once: words, files, and addresses but for their numbers.

A page has dozens of them, and each row of a list its own. The values in a sentence, and what else varies, go Django's
way each time.
"""

from collections.abc import Callable, Hashable

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Parser, Token, Variable, render_value_in_context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_tag
from django.templatetags.i18n import BlockTranslateNode, TranslateNode, do_block_translate, do_translate
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.translation import get_language, gettext

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


class Sentence(template.Node):
    """Words with places for values: of the words, what each language makes of them is kept."""

    def __init__(self, node: BlockTranslateNode) -> None:
        self.node = node
        self.words, names = node.render_token_list(node.singular)
        self.values: dict[str, FilterExpression] = {name: node.extra_context[name] for name in names}
        self.translated: dict[Hashable, str] = {}

    def render(self, context: template.Context) -> str:
        language = get_language()
        if language not in self.translated:
            self.translated[language] = gettext(self.words)
        values = {name: render_value_in_context(value.resolve(context), context) for name, value in self.values.items()}
        try:
            return self.translated[language] % values
        except (KeyError, ValueError):
            # A translation with other places in it than the words have: Django says it untranslated.
            return self.node.render(context)


class Numbered(template.Node):
    """The address of something that has numbers: looked up once with others in their places, then filled in."""

    # Longer than any number that a path would hold besides.
    FIRST = 10**24

    def __init__(self, node: URLNode) -> None:
        self.node = node
        self.patterns: dict[Hashable, str] = {}

    def render(self, context: template.Context) -> str:
        numbers = [number.resolve(context) for number in self.node.args]
        if {type(number) for number in numbers} != {int} or min(numbers) < 0:
            return self.node.render(context)
        key = _site(), context.autoescape
        if key not in self.patterns:
            self.patterns[key] = self._pattern(context)
        return self.patterns[key] % tuple(numbers)

    def _pattern(self, context: template.Context) -> str:
        places = [self.FIRST + place for place in range(len(self.node.args))]
        address = reverse(self.node.view_name.var, args=places)
        pattern = str(conditional_escape(address) if context.autoescape else address).replace("%", "%%")
        for place in places:
            pattern = pattern.replace(str(place), "%d", 1)
        return pattern


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    node: TranslateNode = do_translate(parser, token)
    said = node.filter_expression
    literal = isinstance(said.var, Variable) and said.var.literal is not None
    plain = literal and not (said.filters or node.asvar or node.message_context)
    return Constant(node, get_language) if plain else node


@register.tag
def blocktranslate(parser: Parser, token: Token) -> template.Node:
    node: BlockTranslateNode = do_block_translate(parser, token)
    _words, names = node.render_token_list(node.singular)
    plain = not (node.plural or node.asvar or node.message_context) and node.extra_context.keys() >= set(names)
    return Sentence(node) if plain else node


@register.tag
def url(parser: Parser, token: Token) -> template.Node:
    node: URLNode = url_tag(parser, token)
    if node.kwargs or node.asvar or node.view_name.is_var or node.view_name.filters:
        return node
    return Numbered(node) if node.args else Constant(node, _site)


@register.tag
def static(parser: Parser, token: Token) -> template.Node:
    node: StaticNode = StaticNode.handle_token(parser, token)
    return node if node.path.is_var or node.path.filters or node.varname else Constant(node, _files)


def _site() -> Hashable:
    return get_script_prefix(), get_urlconf()


def _files() -> Hashable:
    return get_script_prefix(), settings.STATIC_URL, settings.STORAGES["staticfiles"]["BACKEND"]
