"""On what day what was said in a closed set is deleted."""

from datetime import date, datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.clock import end_of_day
from sets.services.closing import LONGEST_AFTER, EndRefused


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

    def clean_last_day(self) -> date:
        """Far-off years are refused before any clock is asked about them."""
        day: date = self.cleaned_data["last_day"]
        if abs(day - timezone.now().date()) > LONGEST_AFTER + timedelta(days=1):
            raise ValidationError(str(EndRefused()))
        return day

    @property
    def notes_end_at(self) -> datetime:
        return end_of_day(self.cleaned_data["last_day"], self.zone)
