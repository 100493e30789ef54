"""How long before a session the set's people are written to."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _

from sets.models import LEAD_TIMES, LearningSet

# Each goes out nearer to the session than those before it.
IN_ORDER = ("topic_prompt_days", "topic_nudge_days", "reminder_days")


class LeadTimesForm(forms.ModelForm):  # type: ignore[type-arg]  # only generic to the type checker
    class Meta:
        model = LearningSet
        fields = list(LEAD_TIMES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        earlier = None
        for name in IN_ORDER:
            days = said.get(name)
            if days and earlier and days >= earlier:
                self.add_error(name, _("Choose fewer days than %(days)s: this comes later.") % {"days": earlier})
            earlier = days or earlier
        return said
