"""What a template says the same way every time is looked up once: words, files, and addresses but for their numbers.

A page has dozens of them, and each row of a list its own. The values in a sentence, and what else varies, go Django's
way each time.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Parser, Token, Variable, render_value_in_context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_tag
from django.templatetags.i18n import (
    BlockTranslateNode,
    LanguageNode,
    TranslateNode,
    do_block_translate,
    do_translate,
)
from django.templatetags.i18n import language as do_language
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import conditional_escape
from django.utils.translation import get_language, gettext, ngettext

register = template.Library()
T = TypeVar("T")


def once_a_render(context: template.Context, look: Callable[[], T]) -> T:
    """What `look` finds, kept while the page is rendered with all that it includes: it is the same throughout.

    Who keeps something for all pages under it looks again first, in case somebody has changed it meanwhile.
    """
    known = _kept(context)
    if look not in known:
        known[look] = look()
    found: T = known[look]
    return found


def _kept(context: template.Context) -> dict[Any, Any]:
    """What Django keeps of the outermost template, until it is rendered."""
    return context.render_context.dicts[1]


class OtherLanguage(template.Node):
    """`{% language %}`: without it, a page is in one language from its first word to its last."""

    def __init__(self, node: LanguageNode) -> None:
        self.node, self.nodelist = node, node.nodelist

    def render(self, context: template.Context) -> str:
        known = _kept(context)
        known.pop(get_language, None)
        said: str = self.node.render(context)
        known.pop(get_language, None)
        return said


class Constant(template.Node):
    """What `node` renders, or sets `asvar` to, kept under what alone it depends on."""

    def __init__(self, node: template.Node, depends_on: Callable[[], Hashable], asvar: str | None = None) -> None:
        self.node, self.depends_on, self.asvar = node, depends_on, asvar
        self.known: dict[Hashable, str] = {}

    def render(self, context: template.Context) -> str:
        key = once_a_render(context, self.depends_on)
        if key not in self.known:
            key = self.depends_on()
            rendered = self.node.render(context)
            self.known[key] = context[self.asvar] if self.asvar else rendered
        if self.asvar is None:
            return self.known[key]
        context[self.asvar] = self.known[key]
        return ""


class Sentence(template.Node):
    """Words with places for values: of the words, what each language makes of them is kept, unless they count."""

    def __init__(self, node: BlockTranslateNode) -> None:
        self.node = node
        self.words, names = node.render_token_list(node.singular)
        self.plural, more = node.render_token_list(node.plural or [])
        self.values: dict[str, FilterExpression] = {
            name: node.extra_context[name] for name in (*names, *more) if name != node.countervar
        }
        self.translated: dict[Hashable, str] = {}

    def render(self, context: template.Context) -> str:
        values = {name: _shown(value.resolve(context), context) for name, value in self.values.items()}
        if self.node.counter and self.node.countervar:
            count = self.node.counter.resolve(context)
            if type(count) is not int:
                return self._as_django_says(context)
            values[self.node.countervar] = _shown(count, context)
            words = ngettext(self.words, self.plural, count)
        else:
            words = self._translated(once_a_render(context, get_language))
        try:
            return words % values
        except (KeyError, ValueError):
            # A translation with other places in it than the words have: Django says it untranslated.
            return self._as_django_says(context)

    def _translated(self, language: str) -> str:
        if language not in self.translated:
            language = get_language()
            self.translated[language] = gettext(self.words)
        return self.translated[language]

    def _as_django_says(self, context: template.Context) -> str:
        said: str = self.node.render(context)
        return said


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
            return self._as_django_finds_it(context)
        name = self.node.view_name.resolve(context)
        escapes = context.autoescape and not self.node.asvar
        key = name, escapes, once_a_render(context, get_script_prefix)
        if key not in self.patterns:
            key = name, escapes, get_script_prefix()
            try:
                self.patterns[key] = self._pattern(name, escapes=escapes)
            except NoReverseMatch:
                return self._as_django_finds_it(context)
        address = self.patterns[key] % tuple(numbers)
        if self.node.asvar:
            context[self.node.asvar] = address
            return ""
        return address

    def _pattern(self, name: str, *, escapes: bool) -> str:
        places = [self.FIRST + place for place in range(len(self.node.args))]
        address = reverse(name, args=places)
        pattern = str(conditional_escape(address) if escapes else address).replace("%", "%%")
        for place in places:
            pattern = pattern.replace(str(place), "%d", 1)
        return pattern

    def _as_django_finds_it(self, context: template.Context) -> str:
        found: str = self.node.render(context)
        return found


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    node: TranslateNode = do_translate(parser, token)
    said = node.filter_expression
    literal = isinstance(said.var, Variable) and said.var.literal is not None
    plain = literal and not (said.filters or node.message_context)
    return Constant(node, get_language, node.asvar) if plain else node


@register.tag
def blocktranslate(parser: Parser, token: Token) -> template.Node:
    node: BlockTranslateNode = do_block_translate(parser, token)
    named = {name for words in (node.singular, node.plural or []) for name in node.render_token_list(words)[1]}
    plain = not (node.asvar or node.message_context) and named <= {*node.extra_context, node.countervar}
    return Sentence(node) if plain else node


@register.tag
def language(parser: Parser, token: Token) -> OtherLanguage:
    return OtherLanguage(do_language(parser, token))


@register.tag
def url(parser: Parser, token: Token) -> template.Node:
    node: URLNode = url_tag(parser, token)
    if node.args and not node.kwargs:
        return Numbered(node)
    varies = node.kwargs or node.asvar or node.view_name.is_var or node.view_name.filters
    return node if varies else Constant(node, get_script_prefix)


@register.tag
def static(parser: Parser, token: Token) -> template.Node:
    node: StaticNode = StaticNode.handle_token(parser, token)
    return node if node.path.is_var or node.path.filters or node.varname else Constant(node, _files)


def _shown(value: object, context: template.Context) -> str:
    """As between two braces. A whole number looks the same in every language, which Django is long in finding out."""
    if type(value) is int and not settings.USE_THOUSAND_SEPARATOR:
        return str(value)
    return render_value_in_context(value, context)


def _files() -> Hashable:
    return get_script_prefix(), settings.STATIC_URL, settings.STORAGES["staticfiles"]["BACKEND"]
