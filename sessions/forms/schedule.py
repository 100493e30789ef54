"""When and where a set meets, as people say it."""

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from als_project.clock import to_local
from als_project.users.models import User
from sessions.forms.moments import MomentForm, zones_by_region
from sessions.models import Session
from sessions.services.rota import in_turn
from sets.models import LearningSet


class WhereForm(forms.Form):
    """What one session, a run and a poll of dates all ask."""

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

    def where(self) -> dict[str, Any]:
        """What the services ask for, besides when."""
        names = ("minutes", "time_zone", "place", "link", "facilitator")
        return {name: self.cleaned_data[name] for name in names}


THIS_ONE, AND_LATER = "this", "later"


def reach_field(later: int) -> forms.ChoiceField:
    """Whether what is done to a session of a run is done to the later ones, too."""
    words = _("This one and the %(count)s later ones")
    one = _("This one and the one after it")
    return forms.ChoiceField(
        label=_("It belongs to a run of sessions. What do you mean?"),
        choices=[(THIS_ONE, _("This one only")), (AND_LATER, one if later == 1 else words % {"count": later})],
        initial=THIS_ONE,
        widget=forms.RadioSelect,
    )


class ReachForm(forms.Form):
    """Asked before a session of a run is cancelled; nothing to ask of any other."""

    def __init__(self, *args: Any, later: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if later:
            self.fields["reach"] = reach_field(later)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def and_later(self) -> bool:
        return bool(self.cleaned_data.get("reach") == AND_LATER)


class ScheduleForm(MomentForm, WhereForm):
    """One session: when, where, who facilitates. `later` says how many of its run come after it."""

    def __init__(self, *args: Any, later: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.later = later
        if later:
            self.fields["reach"] = reach_field(later)
        self.lay_out()

    @property
    def and_later(self) -> bool:
        return bool(self.cleaned_data.get("reach") == AND_LATER)

    def zone(self) -> str | None:
        return self.cleaned_data.get("time_zone")

    def lay_out(self, *asked: str) -> None:
        reach = ["reach"] if self.later else []
        self.helper.layout = Layout(
            *reach, Row(Column("date"), Column("time")), *asked, "time_zone", "minutes", "place", "link", "facilitator"
        )

    def details(self) -> dict[str, Any]:
        """What the services ask for."""
        return {"starts_at": self.cleaned_data["starts_at"], **self.where()}


def people_of(learning_set: LearningSet) -> Any:
    """Everyone present, facilitators first."""
    present = User.objects.filter(memberships__learning_set=learning_set, memberships__ended_at=None)
    return present.order_by("-memberships__is_facilitator", "name", "pk")


def initial_for(learning_set: LearningSet, by: User) -> dict[str, Any]:
    """What the set usually does. Who schedules is taken to facilitate; in a self-facilitated set members take turns."""
    hosts = in_turn(learning_set) if learning_set.is_self_facilitated else []
    return {
        "time_zone": learning_set.time_zone,
        "minutes": learning_set.usual_minutes,
        "place": learning_set.place,
        "link": learning_set.link,
        "facilitator": hosts[0].pk if hosts else by.pk,
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
