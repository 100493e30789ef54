"""The rule of a run of sessions."""

import datetime as dt
import uuid
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.enums import Pattern
from sessions.forms.moments import check_day
from sessions.forms.schedule import WhereForm
from sessions.recurrence import MOST_SESSIONS, Recurrence
from sets.models import LearningSet

AFTER_COUNT, ON_DAY = "count", "until"
TOO_MANY = _("A run has sixty sessions at most. Plan a year or two, and the rest when you know more.")


class RunForm(WhereForm):
    """Cleaned, it also knows `recurrence`."""

    date = forms.DateField(
        label=_("First on, or after"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    pattern = forms.ChoiceField(label=_("How it goes on"), choices=Pattern, widget=forms.RadioSelect)
    every = forms.IntegerField(
        label=_("Every so many weeks or months"),
        min_value=1,
        max_value=12,
        help_text=_("1 for each, 2 for every other."),
    )
    ends = forms.ChoiceField(
        label=_("Until when"),
        choices=[(AFTER_COUNT, _("For a number of sessions")), (ON_DAY, _("Until a date"))],
        widget=forms.RadioSelect,
    )
    count = forms.IntegerField(
        label=_("How many sessions"),
        min_value=2,
        max_value=MOST_SESSIONS,
        required=False,
        error_messages={"max_value": TOO_MANY, "min_value": _("One session is no run: schedule it on its own.")},
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, learning_set: LearningSet, initial: dict[str, Any], **kwargs: Any) -> None:
        start = {"form_key": uuid.uuid4(), "pattern": Pattern.MONTHLY_WEEKDAY, "every": 1, "ends": AFTER_COUNT}
        super().__init__(*args, learning_set=learning_set, initial={**start, "count": 6, **initial}, **kwargs)
        if learning_set.is_self_facilitated:
            self.fields["facilitator"].label = _("Who hosts first")
            self.fields["facilitator"].help_text = _("The others follow in turn.")
        self.helper.layout = Layout(
            "form_key",
            Row(Column("date"), Column("time")),
            "time_zone",
            "pattern",
            "every",
            "ends",
            Row(Column("count"), Column("until")),
            "minutes",
            "place",
            "link",
            "facilitator",
        )

    def clean_date(self) -> dt.date:
        day: dt.date = self.cleaned_data["date"]
        check_day(day, now=self.now)
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        asked = "until" if data.get("ends") == ON_DAY else "count"
        if data.get("ends") and not data.get(asked) and asked not in self.errors:
            self.add_error(asked, _("Say until when.") if asked == "until" else _("Say how many."))
        if not self.errors:
            data["recurrence"] = Recurrence(
                pattern=Pattern(data["pattern"]),
                first=data["date"],
                every=data["every"],
                count=data["count"] if asked == "count" else None,
                until=data["until"] if asked == "until" else None,
            )
        return data

    @property
    def at_in_words(self) -> str:
        return f"{self.at:%H:%M}"

    @property
    def at(self) -> dt.time:
        at: dt.time = self.cleaned_data["time"]
        return at
