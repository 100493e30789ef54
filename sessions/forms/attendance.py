"""Who was there."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from als_project.users.models import User
from sessions.enums import Presence


class PresenceForm(forms.Form):
    """For each person one word, as far as it is known; an empty one leaves it as it is.

    What each row showed is sent along: only what its sender changed is said by them.
    """

    def __init__(self, data: Any = None, *, people: Iterable[tuple[User, str]]) -> None:
        known = [(person, presence) for person, presence in people]
        self.people = [person for person, _presence in known]
        super().__init__(data)
        for person, presence in known:
            self.fields[_name(person)] = forms.ChoiceField(
                label=person.name,
                choices=[("", _("not noted")), *((word.value, word.label) for word in Presence)],
                required=False,
                initial=presence,
            )
            self.fields[_seen(person)] = forms.CharField(required=False, widget=forms.HiddenInput, initial=presence)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def seen(self) -> dict[int, str]:
        """By id, what the page knew of each."""
        return {person.pk: self.cleaned_data[_seen(person)] for person in self.people}

    @property
    def changed(self) -> dict[int, Presence]:
        """By id, the words that are not as the page had them."""
        said = {person.pk: self.cleaned_data[_name(person)] for person in self.people}
        return {pk: Presence(word) for pk, word in said.items() if word and word != self.seen[pk]}


def _name(person: User) -> str:
    return f"presence_{person.pk}"


def _seen(person: User) -> str:
    return f"seen_{person.pk}"
