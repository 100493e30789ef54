"""What is typed by who runs the session: what remains planned anew, a stage passed over, whom to hand over to."""

from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sessions.conduct import SlotToCome
from sessions.enums import Hand, SlotState
from sessions.forms.prepare import ShortText
from sessions.models import Session
from sessions.room import Room
from sessions.services.replanning import Plan

FATES = [
    (SlotState.PLANNED.value, _("stays")),
    (SlotState.CARRIED.value, _("goes on to the next session")),
    (SlotState.DROPPED.value, _("is dropped")),
]


class PressedAt(forms.Form):
    """A button of the bar: the stage that its presser saw."""

    leaving = forms.IntegerField()


class GiveTimeForm(PressedAt):
    seen = forms.IntegerField(min_value=1)
    minutes = forms.IntegerField(min_value=1, max_value=60)


class HandForm(PressedAt):
    hand = forms.ChoiceField(choices=Hand)


class TurnForm(PressedAt):
    speaker = forms.IntegerField()


class PlaceForm(forms.Form):
    slot = forms.IntegerField()


class OfferPlaceForm(PlaceForm):
    bid = forms.IntegerField()


class StageForm(forms.Form):
    stage = forms.IntegerField()


@dataclass(frozen=True)
class Row:
    place: SlotToCome
    state: BoundField
    minutes: BoundField


class ReplanForm(forms.Form):
    """For each topic that has not begun: whether it stays, and its minutes; and how long the review may take."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, room: Room) -> None:
        super().__init__(data, auto_id="id_plan_%s", initial={"seen": room.conduct.plan})
        self.places = [place for place in room.conduct.slots_to_come if not place.is_free]
        for place in self.places:
            self._add_row(place)
        if room.conduct.closing_minutes:
            self.fields["closing"] = forms.IntegerField(
                label=_("Minutes for the review"), min_value=1, max_value=60, initial=room.conduct.closing_minutes
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _add_row(self, place: SlotToCome) -> None:
        self.fields[f"state_{place.slot.pk}"] = forms.ChoiceField(
            label=_("It"), choices=FATES, initial=place.slot.state
        )
        self.fields[f"minutes_{place.slot.pk}"] = forms.IntegerField(
            label=_("Minutes"), min_value=5, max_value=240, initial=max(5, place.minutes)
        )

    @property
    def rows(self) -> list[Row]:
        return [Row(p, self[f"state_{p.slot.pk}"], self[f"minutes_{p.slot.pk}"]) for p in self.places]

    @property
    def plans(self) -> list[Plan]:
        data = self.cleaned_data
        return [
            Plan(p.slot.pk, SlotState(data[f"state_{p.slot.pk}"]), data[f"minutes_{p.slot.pk}"]) for p in self.places
        ]


def replan_again(data: QueryDict, *, room: Room) -> ReplanForm:
    """The form as it was sent, beside a plan that has changed meanwhile: sent again, it knows what it replaces."""
    fresh = ReplanForm(room=room)
    again = data.copy()
    again["seen"] = room.conduct.plan
    for name, field in fresh.fields.items():
        if name not in again:
            again[name] = str(field.initial)
    return ReplanForm(again, room=room)


class SkipForm(forms.Form):
    stage = forms.TypedChoiceField(label=_("Which stage"), coerce=int)
    reason = ShortText(label=_("Why"), most=300)

    def __init__(self, data: Any = None, *, room: Room) -> None:
        super().__init__(data, auto_id="id_skip_%s")
        self.fields["stage"] = forms.TypedChoiceField(
            label=_("Which stage"),
            choices=[
                (stage.clock_id, f"{stage.name}, {stage.slot.name}" if stage.slot else stage.name)
                for stage in room.conduct.can_be_passed_over
            ],
            coerce=int,
        )
        self.fields["reason"].widget = forms.Textarea(attrs={"rows": 2, "data-keep": f"skip-{room.session.pk}"})
        self.helper = FormHelper()
        self.helper.form_tag = False


class CloseForm(forms.Form):
    """Why the set goes without its review; empty where it was held."""

    reason = ShortText(label=_("Why you leave the review out"), most=300, required=False)

    def __init__(self, data: Any = None, *, session: Session) -> None:
        super().__init__(data, auto_id="id_close_%s")
        self.fields["reason"].widget = forms.Textarea(attrs={"rows": 2, "data-keep": f"close-{session.pk}"})
        self.helper = FormHelper()
        self.helper.form_tag = False


class HandOverForm(forms.Form):
    """Whom to ask; and whether it comes back by itself after the topic."""

    def __init__(self, data: Any = None, *, room: Room) -> None:
        super().__init__(data)
        people = [person.membership for person in room.conduct.can_be_asked]
        self.memberships = {membership.pk: membership for membership in people}
        self.fields["to"] = forms.TypedChoiceField(
            label=_("Whom to ask"),
            choices=[(membership.pk, membership.user.name) for membership in people],
            coerce=int,
        )
        topic = room.conduct.topic_now_or_next
        if topic:
            self.fields["for_topic"] = forms.BooleanField(
                label=_("Only until the topic of %(name)s is over") % {"name": topic.presenter.name}, required=False
            )
        self.helper = FormHelper()
        self.helper.form_tag = False


# --- The forms of whoever runs the session now, as far as there is something to change ----------------
def replan_form_for(room: Room) -> ReplanForm | None:
    return ReplanForm(room=room) if _steers(room) and room.conduct.can_be_replanned else None


def skip_form_for(room: Room) -> SkipForm | None:
    return SkipForm(room=room) if _steers(room) and room.conduct.can_be_passed_over else None


def hand_over_form_for(room: Room) -> HandOverForm | None:
    return HandOverForm(room=room) if _steers(room) and room.conduct.can_be_asked else None


def _steers(room: Room) -> bool:
    return room.session.is_running and room.conduct.i_run
