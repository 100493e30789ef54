"""What templates say the same way each time is the same as Django would say it, whatever it depends on."""

from typing import Any

import pytest
from django.template import Context, Engine, Template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.utils import translation
from django.utils.safestring import mark_safe

from als_project.templatetags.constants import Constant, Numbered, Sentence


def said(text: str, **words: object) -> str:
    return Template(text).render(Context(words))


def as_django_says(text: str, **words: object) -> str:
    return Engine(builtins=["django.templatetags.i18n"]).from_string(text).render(Context(words))


def is_constant(text: str) -> bool:
    return isinstance(Template(text).nodelist[0], Constant)


def test_plain_words_are_looked_up_once_for_each_language() -> None:
    template = Template('{% translate "Yes" %}')
    spoken = []
    for language in ("en-gb", "de", "en-gb", "fr", "de"):
        with translation.override(language):
            spoken.append(template.render(Context()))
    assert spoken == ["Yes", "Ja", "Yes", "Oui", "Ja"]


def test_an_address_follows_the_place_where_the_site_is_mounted() -> None:
    template = Template('{% url "account" %}')
    before = template.render(Context())
    set_script_prefix("/sets-of-ours/")
    try:
        mounted = template.render(Context())
    finally:
        set_script_prefix("/")
    assert [before, mounted, template.render(Context())] == ["/account/", "/sets-of-ours/account/", "/account/"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% translate word %}", False),
        ('{% translate "Yes" as word %}', False),
        ('{% translate "Yes" context "an answer" %}', False),
        ('{% translate "Yes"|upper %}', False),
        ('{% translate "Yes" %}', True),
        ('{% url "sessions:room" number %}', False),
        ("{% url name %}", False),
        ('{% url "account" as address %}', False),
        ('{% url "account" %}', True),
    ],
)
def test_what_has_a_variable_in_it_goes_djangos_way(text: str, expected: bool) -> None:
    assert is_constant(text) is expected


def test_words_are_written_as_django_writes_them() -> None:
    assert said('{% translate "<b>100%</b>" %}') == said('{% load i18n %}{% translate "<b>100%</b>" %}')
    assert said("{% translate word %}", word="<b>") == "&lt;b&gt;"


WORDS = '{% url "sessions:take_out" session words %}'


def test_an_address_is_filled_in_with_the_numbers_of_each_row() -> None:
    rows = Template("{% for session, words in rows %}" + WORDS + " {% endfor %}")
    written = rows.render(Context({"rows": [(1, 2), (12, 1), (0, 10**12)]}))
    assert written.split() == [reverse("sessions:take_out", args=pair) for pair in [(1, 2), (12, 1), (0, 10**12)]]


def test_an_address_with_numbers_follows_the_place_where_the_site_is_mounted() -> None:
    template = Template(WORDS)
    numbers = Context({"session": 1, "words": 2})
    before = template.render(numbers)
    set_script_prefix("/100%/a&b/")
    try:
        mounted = template.render(numbers)
        unescaped = template.render(Context({"session": 1, "words": 2}, autoescape=False))
        as_django = reverse("sessions:take_out", args=[1, 2])
    finally:
        set_script_prefix("/")
    assert (unescaped, mounted) == (as_django, as_django.replace("&", "&amp;"))
    assert before == template.render(numbers) == reverse("sessions:take_out", args=[1, 2])


@pytest.mark.parametrize("odd", [None, "", -1, True, "room"])
def test_what_is_no_number_is_refused_as_django_refuses_it(odd: object) -> None:
    assert isinstance(Template(WORDS).nodelist[0], Numbered)
    with pytest.raises(NoReverseMatch):
        said(WORDS, session=1, words=odd)


def test_words_in_an_address_are_written_as_django_writes_them() -> None:
    assert said(WORDS, session="7", words=8) == reverse("sessions:take_out", args=["7", 8])


GREETING = "{% blocktranslate with app=name %}{{ app }} administration{% endblocktranslate %}"


def test_a_sentence_is_said_in_each_language_with_the_values_of_each_time() -> None:
    template = Template(GREETING)
    assert isinstance(template.nodelist[0], Sentence)
    spoken = []
    for language, name in [("en-gb", "Ada"), ("de", "Ada"), ("en-gb", "Ben"), ("de", "Cleo")]:
        with translation.override(language):
            spoken.append(template.render(Context({"name": name})))
    assert spoken == ["Ada administration", "Ada-Administration", "Ben administration", "Cleo-Administration"]


@pytest.mark.parametrize(
    "text",
    [
        GREETING,
        "{% blocktranslate trimmed with app=name|upper %}\n  100% of\n {{ app }}, {{ app }}\n{% endblocktranslate %}",
        "{% blocktranslate %}100% plain{% endblocktranslate %}",
        "{% blocktranslate with app=missing %}[{{ app }}]{% endblocktranslate %}",
        "{% autoescape off %}{% blocktranslate with app=name %}{{ app }}{% endblocktranslate %}{% endautoescape %}",
        "{% blocktranslate %}{{ name }} from around it{% endblocktranslate %}",
        "{% blocktranslate with app=name asvar said %}{{ app }}{% endblocktranslate %}{{ said }}",
        "{% blocktranslate count many=2 %}{{ many }} one{% plural %}{{ many }} more{% endblocktranslate %}",
    ],
)
@pytest.mark.parametrize("name", ["<b>", mark_safe("<b>"), "50%", 1234, None])
def test_a_sentence_is_what_django_makes_of_it(text: str, name: object) -> None:
    assert said(text, name=name) == as_django_says(text, name=name)


def test_a_translation_with_other_places_in_it_is_not_said() -> None:
    template = Template(GREETING)
    sentence = template.nodelist[0]
    assert isinstance(sentence, Sentence)
    sentence.translated[translation.get_language()] = "%(somebody)s"
    assert template.render(Context({"name": "Ada"})) == "Ada administration"


LONG = "An action that is told at some length, " * 3


@pytest.mark.parametrize(
    "text", ["", "short", "<b>", mark_safe("<b>"), "e\u0301" * 20, LONG, "x" * 20, "x" * 21, 12, None]
)
@pytest.mark.parametrize("most", [20, 1, 0])
def test_a_text_is_cut_short_as_django_cuts_it(text: object, most: int) -> None:
    cut = "{{ words|truncatechars:most }}"
    assert said(cut, words=text, most=most) == as_django_says(cut, words=text, most=most)


def test_a_file_is_looked_up_once_for_each_place_where_files_are(settings: Any) -> None:
    template = Template('{% static "img/mark.svg" %}')
    before = template.render(Context())
    assert before == template.render(Context()) == static("img/mark.svg")
    settings.STATIC_URL = "/elsewhere/"
    assert template.render(Context()).startswith("/elsewhere/img/mark")


@pytest.mark.parametrize("tag", ["static name", 'static "a.css"|add:name', 'static "img/mark.svg" as found'])
def test_a_file_that_varies_is_looked_up_each_time(tag: str) -> None:
    assert not is_constant("{% " + tag + " %}")
