"""Proposing dates, and answering them."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from als_project.clock import end_of_day, to_local
from sessions.enums import Answer
from sessions.forms.moments import MomentForm
from sessions.forms.schedule import WhereForm
from sessions.models import Poll, PollOption
from sessions.models.polls import MOST_OPTIONS
from sets.models import LARGEST_SET

ROWS_SHOWN = 5
NONE_SUITS = "none"


class DateForm(MomentForm):
    """One proposed date; an empty row is none. `option` is the one it stood for before."""

    option = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, poll_form: "PollForm", **kwargs: Any) -> None:
        self.poll_form = poll_form
        super().__init__(*args, **kwargs)
        self.now = poll_form.now
        self.fields["date"].required = self.fields["time"].required = False
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.lay_out()

    def zone(self) -> str | None:
        return self.poll_form.zone()

    def lay_out(self, *asked: str) -> None:
        self.helper.layout = Layout("option", Row(Column("date"), Column("time")), *asked)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        typed = {name for name in ("date", "time") if data.get(name) is not None}
        if len(typed) == 1 and not self.errors:
            missing = ({"date", "time"} - typed).pop()
            self.add_error(missing, _("A date needs a time.") if missing == "time" else _("A time needs a date."))
        return data


class DatesFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # only generic to the type checker
    """Every row that is filled."""

    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": _("Propose twenty dates at most."),
    }

    def proposed(self) -> list[tuple[int | None, datetime]]:
        rows = [form.cleaned_data for form in self.forms]
        return [(row.get("option"), row["starts_at"]) for row in rows if "starts_at" in row]

    @property
    def shown(self) -> list[DateForm]:
        return self.forms[:ROWS_SHOWN]

    @property
    def more(self) -> list[DateForm]:
        return self.forms[ROWS_SHOWN:]

    @property
    def more_are_filled(self) -> bool:
        return any(form["date"].value() or form.errors for form in self.more)


Dates = forms.formset_factory(DateForm, formset=DatesFormSet, extra=MOST_OPTIONS, max_num=MOST_OPTIONS, absolute_max=60)


class PollForm(WhereForm):
    """The dates, the day by which people answer, and what the session will be like. The rows are in `dates`."""

    answer_by = forms.DateField(
        label=_("Answers by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The end of that day. Who has not answered two days before is reminded once."),
    )
    minimum = forms.IntegerField(
        label=_("Fewest people for it to be worth while"),
        min_value=2,
        max_value=LARGEST_SET,
        required=False,
        help_text=_("If you have agreed on one. Each date then shows whether enough can come."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, poll: Poll | None = None, initial: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(data, initial={"form_key": uuid.uuid4(), **initial}, **kwargs)
        self.poll = poll
        self.fields["time_zone"].help_text = _("The dates and times above are on the clocks of this place.")
        if poll:
            for settled in ("time_zone", "minutes", "form_key"):
                del self.fields[settled]
        hidden = [] if poll else ["form_key", "time_zone", "minutes"]
        self.helper.layout = Layout(*hidden, "answer_by", "minimum", "place", "link", "facilitator")
        rows = [_row(option, poll) for option in poll.options.all()] if poll else []
        made = Dates(data, prefix="dates", initial=rows, form_kwargs={"poll_form": self})
        self.dates = cast(DatesFormSet, made)

    def zone(self) -> str | None:
        if self.poll:
            return self.poll.time_zone
        return self.cleaned_data.get("time_zone") if self.is_bound else None

    def is_valid(self) -> bool:
        fine = super().is_valid()
        return self.dates.is_valid() and fine

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        zone = self.poll.time_zone if self.poll else data.get("time_zone")
        if zone and data.get("answer_by"):
            data["deadline_at"] = end_of_day(data["answer_by"], zone)
        return data

    def clean_answer_by(self) -> date:
        day: date = self.cleaned_data["answer_by"]
        if not (self.now - timedelta(days=1)).date() <= day <= (self.now + timedelta(days=2 * 366)).date():
            raise ValidationError(_("That day is past, or very far ahead. Is the year right?"))
        return day

    def details(self) -> dict[str, Any]:
        """What the services ask for, besides the dates."""
        names = ("minutes", "time_zone", "place", "link", "facilitator", "minimum", "deadline_at", "form_key")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


def initial_from(poll: Poll) -> dict[str, Any]:
    return {
        "answer_by": to_local(poll.deadline_at, poll.time_zone).date(),
        "minimum": poll.minimum,
        "place": poll.place,
        "link": poll.link,
        "facilitator": poll.facilitator_id,
    }


def _row(option: PollOption, poll: Poll) -> dict[str, Any]:
    local = to_local(option.starts_at, poll.time_zone)
    return {"option": option.pk, "date": local.date(), "time": local.time()}


class AnswerForm(forms.Form):
    """A word for each date. What is left open counts as no; a form in which nothing was said is asked again.

    Where it does not show what was `said` before, that stands for whatever is left open.
    """

    def __init__(
        self, data: Any = None, *, options: Iterable[PollOption], said: dict[int, str], shows_said: bool = True
    ) -> None:
        self.options = list(options)
        self.shows_said, self.otherwise = shows_said, {} if shows_said else said
        super().__init__(data, initial={_name(pk): word for pk, word in said.items()} if shows_said else {})
        for option in self.options:
            self.fields[_name(option.pk)] = forms.ChoiceField(
                choices=Answer.choices, widget=forms.RadioSelect, required=False
            )
        self.fields["seen"] = forms.CharField(required=False)
        # Not what was sent: the page shows the dates as they are now, and says so when it is sent again.
        self.seen_now = _seen(self.options)

    def field_of(self, option: PollOption) -> forms.BoundField:
        return self[_name(option.pk)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.none_suits = NONE_SUITS in self.data
        if self.errors or self.none_suits:
            return data
        if data.get("seen") != self.seen_now:
            raise ValidationError(_("The dates have changed since you opened this page. Please look at them again."))
        if not any(data.get(_name(option.pk)) for option in self.options):
            raise ValidationError(_("You have not said anything yet. Does none of the dates suit you? Then say so."))
        return data

    def given(self) -> dict[int, Answer]:
        """What was said in this form."""
        if self.none_suits:
            return {option.pk: Answer.NO for option in self.options}
        words = {option.pk: self.cleaned_data.get(_name(option.pk)) for option in self.options}
        return {pk: Answer(word) for pk, word in words.items() if word}

    def answers(self) -> dict[int, Answer]:
        otherwise = {option.pk: Answer(self.otherwise.get(option.pk, Answer.NO)) for option in self.options}
        return {**otherwise, **self.given()}


def _name(pk: int) -> str:
    return f"option_{pk}"


def _seen(options: Iterable[PollOption]) -> str:
    return ".".join(str(option.pk) for option in options)
