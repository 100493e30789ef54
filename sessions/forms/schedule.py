"""When and where a set meets, as people say it: a date and a time on the clocks of a place."""

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from als_project.clock import FoldInClock, GapInClock, to_instant, to_local, zone_in_words, zone_names
from als_project.users.models import User
from sessions.models import Session
from sessions.services.scheduling import FARTHEST, InThePast, TooFarAhead
from sets.models import LearningSet

FIVE_MINUTES = timedelta(minutes=5)


class ScheduleForm(forms.Form):
    """Cleaned, it also knows `starts_at`. On the night the clocks go back it asks which of two equal times is meant."""

    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    which = forms.ChoiceField(
        label=_("The clocks go back that night, so this time comes twice. Which one do you mean?"),
        choices=[("0", _("the first")), ("1", _("the second"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the two.")},
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("The date and time above are on the clocks of this place.")
    )
    minutes = forms.IntegerField(
        label=_("Length, in minutes"),
        min_value=30,
        max_value=480,
        error_messages={
            "min_value": _("A session lasts at least 30 minutes."),
            "max_value": _("A session lasts at most 480 minutes (eight hours)."),
        },
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    link = forms.URLField(
        label=_("Link"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=_("For a video call, if you meet at a distance."),
    )
    facilitator = forms.ModelChoiceField(label=_("Who facilitates"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, learning_set: LearningSet, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        zone = self.fields["time_zone"]
        zone.choices = zones_by_region()  # type: ignore[attr-defined]
        zone.error_messages["invalid_choice"] = _("There is no time zone called “%(value)s”.")
        who = self.fields["facilitator"]
        who.queryset = people_of(learning_set)  # type: ignore[attr-defined]
        if learning_set.is_self_facilitated:
            who.label = _("Who hosts")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self._lay_out()

    def clean_date(self) -> Any:
        """Far-off years are refused before any clock is asked about them."""
        day = self.cleaned_data["date"]
        if day < (self.now - timedelta(days=1)).date():
            raise forms.ValidationError(str(InThePast()))
        if day > (self.now + FARTHEST).date():
            raise forms.ValidationError(str(TooFarAhead()))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not {"date", "time", "time_zone"} <= data.keys():
            return data
        local = datetime.combine(data["date"], data["time"])
        zone = data["time_zone"]
        self._offer_both(local, zone)
        fold = int(data["which"]) if data.get("which") in ("0", "1") else None
        try:
            data["starts_at"] = to_instant(local, zone, fold=fold)
        except GapInClock:
            self.add_error("time", gap_in_words(local, zone))
        except FoldInClock:
            if "which" not in self.errors:
                self.add_error("which", _("Choose one of the two."))
        else:
            if data["starts_at"] <= self.now:
                self.add_error("date" if local.date() < to_local(self.now, zone).date() else "time", str(InThePast()))
        return data

    def details(self) -> dict[str, Any]:
        """What the services ask for."""
        names = ("starts_at", "minutes", "time_zone", "place", "link", "facilitator")
        return {name: self.cleaned_data[name] for name in names}

    def _offer_both(self, local: datetime, zone: str) -> None:
        if not shows_twice(local, zone):
            return
        self._lay_out("which")
        self.fields["which"].choices = [  # type: ignore[attr-defined]
            ("0", _("the first, before the clocks go back (%(offset)s)") % {"offset": _offset(local, zone, 0)}),
            ("1", _("the second, after the clocks have gone back (%(offset)s)") % {"offset": _offset(local, zone, 1)}),
        ]

    def _lay_out(self, *asked: str) -> None:
        self.helper.layout = Layout(
            Row(Column("date"), Column("time")), *asked, "time_zone", "minutes", "place", "link", "facilitator"
        )


@lru_cache(maxsize=1)
def zones_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones under their region, by place: “Europe: London”."""
    return [
        (region, [(name, name.split("/", 1)[-1].replace("_", " ").replace("/", ", ")) for name in names])
        for region, names in groupby(zone_names(), key=lambda name: name.split("/", 1)[0])
    ]


def people_of(learning_set: LearningSet) -> Any:
    """Everyone present, facilitators first."""
    present = User.objects.filter(memberships__learning_set=learning_set, memberships__ended_at=None)
    return present.order_by("-memberships__is_facilitator", "name", "pk")


def initial_for(learning_set: LearningSet, by: User) -> dict[str, Any]:
    """What the set usually does; who schedules is taken to facilitate or host."""
    return {
        "time_zone": learning_set.time_zone,
        "minutes": learning_set.usual_minutes,
        "place": learning_set.place,
        "link": learning_set.link,
        "facilitator": by.pk,
    }


def initial_from(session: Session) -> dict[str, Any]:
    local = to_local(session.starts_at, session.time_zone)
    return {
        "date": local.date(),
        "time": local.time(),
        "time_zone": session.time_zone,
        "minutes": session.minutes,
        "place": session.place,
        "link": session.link,
        "facilitator": session.facilitator_id,
    }


def shows(local: datetime, zone: str) -> bool:
    """Whether the clocks of the zone ever show this time."""
    try:
        to_instant(local, zone, fold=0)
    except GapInClock:
        return False
    return True


def shows_twice(local: datetime, zone: str) -> bool:
    try:
        to_instant(local, zone)
    except FoldInClock:
        return True
    except GapInClock:
        return False
    return False


def gap_in_words(local: datetime, zone: str) -> str:
    """Why a time the clocks jump over can't be had, and the nearest ones that can."""
    rounded = local.replace(minute=local.minute - local.minute % 5)
    before = after = rounded
    while not shows(before, zone):
        before -= FIVE_MINUTES
    while not shows(after, zone):
        after += FIVE_MINUTES
    words = _(
        "The clocks in %(place)s go forward that night and never show %(time)s. Nearest: %(before)s or %(after)s."
    )
    return words % {
        "place": zone_in_words(zone),
        "time": f"{local:%H:%M}",
        "before": f"{before:%H:%M}",
        "after": f"{after:%H:%M}",
    }


def _offset(local: datetime, zone: str, fold: int) -> str:
    """“UTC+01:00”."""
    sign_and_digits = f"{to_local(to_instant(local, zone, fold=fold), zone):%z}"
    return f"UTC{sign_and_digits[:3]}:{sign_and_digits[3:5]}"
