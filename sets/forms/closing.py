"""On what day what was said in a closed set is deleted."""

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from als_project.clock import end_of_day


class CloseForm(forms.Form):
    last_day = forms.DateField(
        label=_("Until what day can it be read?"),
        help_text=_("As your set has agreed: two weeks from now at least, a year at most."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def notes_end_at(self) -> datetime:
        return end_of_day(self.cleaned_data["last_day"], self.zone)
