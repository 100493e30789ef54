"""The review, the scribe, the method, and words that a presenter takes out."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from als_project.users.models import User
from sessions.enums import LooksBack
from sessions.forms.prepare import ShortText
from sessions.forms.room import who_field
from sessions.looking_back import HOW_MUCH, QUESTIONS
from sessions.models.reviewing import RATINGS
from sessions.permissions import presents
from sessions.room import Room
from sets.processes import Method

WORDS = ("on_rules", "what_helped", "next_time")


class ReviewForm(forms.Form):
    """Three questions, and in a programme how much the session helped: each may stay empty, though not all of them."""

    def __init__(self, data: Any = None, *, room: Room) -> None:
        mine = room.review.mine
        super().__init__(data, initial={name: getattr(mine, name) for name in (*WORDS, "rating")} if mine else None)
        looks_back_on = room.session.looks_back_on
        for name, question in QUESTIONS[looks_back_on].items():
            self.fields[name] = ShortText(label=question.asks, most=1000, required=False)
            self.fields[name].widget = forms.Textarea(
                attrs={"rows": 3, "data-keep": f"review-{room.session.pk}-{name}"}
            )
        if room.session.learning_set.programme_id:
            self.fields["rating"] = _rating_field(HOW_MUCH[LooksBack(looks_back_on)])
        if room.quotable:
            self.fields["for_whom"] = who_field(gettext("Whose review is this?"), room, mine=room.may_take_part)
            self.order_fields(["for_whom", *WORDS])
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("rating") and not any(data.get(name) for name in WORDS):
            raise forms.ValidationError(_("Write a word on at least one of the three."))
        return data

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in WORDS}

    @property
    def rating(self) -> str:
        return str(self.cleaned_data.get("rating", ""))


def _rating_field(question: Any) -> forms.ChoiceField:
    names = {5: _("5, very much"), 1: _("1, not at all")}
    return forms.ChoiceField(
        label=question,
        choices=[("", _("I’d rather not say")), *((n, names.get(n, str(n))) for n in reversed(RATINGS))],
        required=False,
        help_text=_(
            "Nobody in the set sees it. It is counted with all others for those who organise the programme, once five "
            "people have said."
        ),
    )


class ScribeForm(forms.Form):
    def __init__(self, data: Any = None, *, room: Room) -> None:
        # A page may still show the one of the stage before, beside the people.
        ids = "id_casting_%s" if room.is_casting else "id_%s"
        super().__init__(data, auto_id=ids, initial={"scribe": room.session.scribe_id or ""})
        here = [person.membership.user for person in room.people if person.is_here is not False]
        self.people = {user.pk: user for user in here if not _presents_next(room, user)}
        self.fields["scribe"] = forms.TypedChoiceField(
            label=_("Who writes for all"),
            choices=[("", _("nobody")), *((pk, user.name) for pk, user in self.people.items())],
            coerce=int,
            empty_value=None,
            required=False,
            help_text=_("Writes down what others say, in their names. So can whoever runs the session."),
        )
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def scribe(self) -> User | None:
        return self.people.get(self.cleaned_data["scribe"])


def _presents_next(room: Room, user: User) -> bool:
    """Theirs is the topic for which a scribe is sought: they will listen while the scribe writes."""
    return room.is_casting and room.stage is not None and presents(room.stage, user)


class OfferForForm(forms.Form):
    """A topic in one line, written down for a member who has offered none."""

    def __init__(self, data: Any = None, *, room: Room) -> None:
        super().__init__(data)
        self.members = {membership.user_id: membership.user for membership in room.without_offer}
        self.fields["member"] = forms.TypedChoiceField(
            label=_("Whose topic?"), choices=[(pk, user.name) for pk, user in self.members.items()], coerce=int
        )
        self.fields["headline"] = ShortText(label=_("In one line"), most=120)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def member(self) -> User:
        return self.members[self.cleaned_data["member"]]


class MethodForm(forms.Form):
    def __init__(self, data: Any = None, *, methods: tuple[Method, ...], picked: str = "") -> None:
        super().__init__(data, initial={"method": picked})
        self.fields["method"] = forms.ChoiceField(
            label=_("Method"),
            choices=[(method.key, f"{method.name}. {method.prompt}") for method in methods],
            widget=forms.RadioSelect,
        )
        self.helper = FormHelper()
        self.helper.form_tag = False


class RedactForm(forms.Form):
    words = ShortText(
        label=_("Words to take out"),
        most=2000,
        help_text=_("Exactly as they stand. Wherever they stand in this entry, “[taken out]” takes their place."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
