"""A moment as people say it: a date and a time on the clocks of a place."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from als_project.clock import FoldInClock, GapInClock, to_instant, to_local, zone_in_words, zone_names
from sessions.services.scheduling import FARTHEST, InThePast, TooFarAhead

FIVE_MINUTES = timedelta(minutes=5)
FIRST, SECOND = "0", "1"


class MomentForm(forms.Form):
    """Cleaned, it also knows `starts_at`. On the night the clocks go back it asks which of two equal times is meant.

    Whoever inherits says in which `zone` the time is, and lays out again when `which` has to be asked.
    """

    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    which = forms.ChoiceField(
        label=_("The clocks go back that night, so this time comes twice. Which one do you mean?"),
        choices=[(FIRST, _("the first")), (SECOND, _("the second"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the two.")},
    )
    now: datetime

    def zone(self) -> str | None:
        """The zone whose clocks are meant; None while it is not known."""
        raise NotImplementedError

    def lay_out(self, *asked: str) -> None:
        """Show the fields; `asked` are those that are only shown when they are needed."""

    def clean_date(self) -> Any:
        """Far-off years are refused before any clock is asked about them."""
        day = self.cleaned_data["date"]
        if day is not None:
            check_day(day, now=self.now)
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        zone = self.zone()
        if zone is None or data.get("date") is None or data.get("time") is None:
            return data
        local = datetime.combine(data["date"], data["time"])
        self._offer_both(local, zone)
        fold = int(data["which"]) if data.get("which") in (FIRST, SECOND) else None
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

    def _offer_both(self, local: datetime, zone: str) -> None:
        if shows_twice(local, zone):
            self.lay_out("which")
            self.fields["which"].choices = both_in_words(local, zone)  # type: ignore[attr-defined]


def check_day(day: date, *, now: datetime) -> None:
    """Past and far-off days, whatever the zone. Raises ValidationError."""
    if day < (now - timedelta(days=1)).date():
        raise forms.ValidationError(str(InThePast()))
    if day > (now + FARTHEST).date():
        raise forms.ValidationError(str(TooFarAhead()))


def both_in_words(local: datetime, zone: str) -> list[tuple[str, str]]:
    """The two moments at which the clocks show a time that comes twice."""
    return [
        (FIRST, _("the first, before the clocks go back (%(offset)s)") % {"offset": _offset(local, zone, 0)}),
        (SECOND, _("the second, after the clocks have gone back (%(offset)s)") % {"offset": _offset(local, zone, 1)}),
    ]


@lru_cache(maxsize=1)
def zones_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones under their region, by place: “Europe: London”."""
    return [
        (region, [(name, name.split("/", 1)[-1].replace("_", " ").replace("/", ", ")) for name in names])
        for region, names in groupby(zone_names(), key=lambda name: name.split("/", 1)[0])
    ]


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


def around_gap(local: datetime, zone: str) -> tuple[datetime, datetime]:
    """The nearest times before and after, on the same clock, of a time that the clocks jump over."""
    before = after = local.replace(minute=local.minute - local.minute % 5)
    while not shows(before, zone):
        before -= FIVE_MINUTES
    while not shows(after, zone):
        after += FIVE_MINUTES
    return before, after


def gap_in_words(local: datetime, zone: str) -> str:
    """Why a time the clocks jump over can't be had, and the nearest ones that can."""
    before, after = around_gap(local, zone)
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
