"""What a set is: asked when it is founded and when it changes."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from als_project.users.forms import zones_by_region
from sets.models import LearningSet
from sets.processes.loader import all_processes
from sets.public_holidays import countries


def process_choices() -> list[tuple[str, str]]:
    return [(process.slug, f"{process.name}. {process.summary}") for process in all_processes()]


def country_choices() -> list[tuple[str, Any]]:
    return [("", _("None in particular")), *countries()]


class SetForm(forms.ModelForm):  # type: ignore[type-arg]  # only generic to the type checker
    """The fields that both founding and changing ask."""

    process = forms.ChoiceField(
        label=_("Process"),
        choices=process_choices,
        initial=LearningSet._meta.get_field("process").get_default,
        widget=forms.RadioSelect,
        help_text=_("How you work through a topic. You can change it later; sessions already held keep theirs."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones_by_region)

    class Meta:
        model = LearningSet
        fields = ["name", "purpose", "usual_minutes", "place", "link", "time_zone", "process"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3}), "link": forms.URLInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["link"].assume_scheme = "https"  # type: ignore[attr-defined]  # a URLField has it
        self.helper = FormHelper()
        self.helper.form_tag = False


class FoundForm(SetForm):
    takes_part = forms.BooleanField(
        label=_("I take part as a member too"),
        required=False,
        help_text=_("You bring topics of your own, besides looking after the process."),
    )


class ChangeForm(SetForm):
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        required=False,
        help_text=LearningSet._meta.get_field("country").help_text,
    )

    class Meta(SetForm.Meta):
        fields = [
            *SetForm.Meta.fields,
            "minimum_to_run",
            "country",
            "presenter_reads_later",
            "newcomers_read_past",
            "name_in_calendars",
        ]
