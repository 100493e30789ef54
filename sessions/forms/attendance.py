"""Who was there."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from als_project.users.models import User
from sessions.enums import Presence


class PresenceForm(forms.Form):
    """For each person one word, as far as it is known; an empty one leaves it as it is."""

    def __init__(self, data: Any = None, *, people: Iterable[tuple[User, str]]) -> None:
        self.people = [person for person, _presence in people]
        super().__init__(data, initial={_name(person): presence for person, presence in people})
        for person in self.people:
            self.fields[_name(person)] = forms.ChoiceField(
                label=person.name,
                choices=[("", _("not noted")), *((word.value, word.label) for word in Presence)],
                required=False,
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def presences(self) -> dict[int, Presence]:
        said = {person.pk: self.cleaned_data[_name(person)] for person in self.people}
        return {pk: Presence(word) for pk, word in said.items() if word}


def _name(person: User) -> str:
    return f"presence_{person.pk}"
