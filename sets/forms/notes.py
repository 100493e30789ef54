"""How long the notes of a set live."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sets.models import NOTES_LIVE

FOREVER = "0"


def choices() -> list[tuple[str, str]]:
    return [(FOREVER, _("Until the set agrees otherwise")), *((str(months), _for(months)) for months in NOTES_LIVE)]


def _for(months: int) -> str:
    words = ngettext("For %(months)s month after their session", "For %(months)s months after their session", months)
    return words % {"months": months}


class NotesForm(forms.Form):
    live = forms.TypedChoiceField(
        label=gettext_lazy("Notes are kept"),
        choices=choices,
        coerce=lambda months: int(months) or None,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
