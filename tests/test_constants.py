"""What templates say the same way each time is the same as Django would say it, whatever it depends on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template import Context, Engine, Template, TemplateSyntaxError
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


def test_words_kept_under_a_name_are_those_of_each_language() -> None:
    template = Template('{% translate "Yes" as word %}{{ word }}{% with word="no" %}{{ word }}{% endwith %}{{ word }}')
    spoken = []
    for language in ("en-gb", "de", "en-gb", "de"):
        with translation.override(language):
            spoken.append(template.render(Context()))
    assert spoken == ["YesnoYes", "JanoJa"] * 2
    assert said('{% translate "<b>" as word %}{{ word }}') == as_django_says('{% translate "<b>" as word %}{{ word }}')


def test_a_part_of_a_page_can_be_in_another_language() -> None:
    yes = '{% translate "Yes" %}{% blocktranslate with name="x" %}Yes{% endblocktranslate %} '
    with translation.override("fr"):
        spoken = said(f'{yes}{{% language "de" %}}{yes}{{% endlanguage %}}{yes}')
    assert spoken.split() == ["OuiOui", "JaJa", "OuiOui"]


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
        ('{% translate "Yes" as word %}', True),
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


def test_an_address_whose_name_varies_is_looked_up_once_for_each_name() -> None:
    rows = Template("{% for name in names %}{% url name session %} {% endfor %}")
    names = ["sessions:room", "sessions:note", "sessions:room"]
    for _ in range(2):
        written = rows.render(Context({"names": names, "session": 7}))
        assert written.split() == [reverse(name, args=[7]) for name in names]


def test_an_address_can_be_kept_under_a_name() -> None:
    kept = Template("{% url name 7 as address %}{% autoescape off %}{{ address }}{% endautoescape %} {{ address }}")
    assert isinstance(kept.nodelist[0], Numbered)
    set_script_prefix("/a&b/")
    try:
        written = [kept.render(Context({"name": "sessions:room"})) for _ in range(2)]
        as_django = reverse("sessions:room", args=[7])
    finally:
        set_script_prefix("/")
    assert written == [f"{as_django} {as_django.replace('&', '&amp;')}"] * 2
    assert kept.render(Context({"name": "sessions:nowhere"})) == " "
    with pytest.raises(NoReverseMatch):
        said("{% url name 7 %}", name="sessions:nowhere")


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
        "{% blocktranslate trimmed count many=1 with app=name %} 1 % {% plural %} {{ app }}{% endblocktranslate %}",
        "{% blocktranslate count n=0 with app=name %}{{ app }}{% plural %}{{ n }} {{ app }}{% endblocktranslate %}",
        "{% blocktranslate count many=1.5 %}{{ many }} one{% plural %}{{ many }} more{% endblocktranslate %}",
        "{% blocktranslate count many=2 %}{{ name }} one{% plural %}{{ name }} more{% endblocktranslate %}",
        "{% blocktranslate count n=2 asvar said %}{{ n }}{% plural %}{{ n }}s{% endblocktranslate %}{{ said }}",
    ],
)
@pytest.mark.parametrize("name", ["<b>", mark_safe("<b>"), "50%", 1234, None])
def test_a_sentence_is_what_django_makes_of_it(text: str, name: object) -> None:
    assert said(text, name=name) == as_django_says(text, name=name)


COUNTED = (
    "{% blocktranslate count counter=n %}{{ counter }} result{% plural %}{{ counter }} results{% endblocktranslate %}"
)


def test_what_is_counted_is_said_in_each_language_by_its_own_rules() -> None:
    template = Template(COUNTED)
    assert isinstance(template.nodelist[0], Sentence)
    spoken = []
    for language, many in [("en-gb", 1), ("en-gb", 2), ("de", 1), ("fr", 0), ("fr", 2), ("de", 1000)]:
        with translation.override(language):
            spoken.append(template.render(Context({"n": many})))
    assert spoken == ["1 result", "2 results", "1 Ergebnis", "0 résultat", "2 résultats", "1000 Ergebnisse"]


def test_numbers_are_grouped_where_the_site_wants_it(settings: Any) -> None:
    settings.USE_THOUSAND_SEPARATOR = True
    assert said(COUNTED, n=12345) == as_django_says(COUNTED, n=12345) == "12,345 results"


@pytest.mark.parametrize("odd", ["two", None, True, [1]])
def test_what_cannot_be_counted_is_treated_as_django_treats_it(odd: object) -> None:
    def outcome(say: Callable[..., str]) -> object:
        try:
            return say(COUNTED, n=odd)
        except TemplateSyntaxError as error:
            return str(error)

    assert outcome(said) == outcome(as_django_says)


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
