"""What the review of a session to come looks back on."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.enums import LooksBack
from sessions.models import Session
from sessions.process import review_for
from sets.processes import Captures
from sets.tailoring import process_of_set


class LooksBackForm(forms.Form):
    on = forms.ChoiceField(label=_("The review looks back on"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, session: Session) -> None:
        super().__init__(data, initial={"on": session.looks_back_on})
        self.fields["on"].choices = [  # type: ignore[attr-defined]
            (one.value, _("%(label)s: %(minutes)s minutes") % {"label": one.label, "minutes": _minutes(session, one)})
            for one in LooksBack
        ]
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def chosen(self) -> LooksBack:
        return LooksBack(self.cleaned_data["on"])


def _minutes(session: Session, on: LooksBack) -> int:
    """Of the stage that the review would be held in."""
    plans = [plan for plan in process_of_set(session.learning_set).stages if Captures.REVIEW in plan.captures]
    return sum(review_for(on, plan).minutes for plan in plans)
