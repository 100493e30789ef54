"""What is typed in the room: words under a stage, notes to self, the choice of topics, who is here."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from als_project.users.models import User
from sessions.enums import ContributionKind
from sessions.forms.attendance import PresenceForm
from sessions.forms.prepare import ShortText
from sessions.models import Bid, Slot
from sessions.people import Offer
from sessions.planning import shared_out
from sessions.room import Room
from sessions.services.capturing import NotForOthers
from sets.processes import Part, Process


class ContributionForm(forms.Form):
    """The stage and the key are sent along: the server notices a stage that is over, and a form sent twice."""

    stage = forms.IntegerField(widget=forms.HiddenInput)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("This is"), choices=ContributionKind, widget=forms.RadioSelect)
    text = ShortText(label=_("Your words"), most=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget = forms.Textarea(attrs={"rows": 4})
        self.helper = FormHelper()
        self.helper.form_tag = False


@dataclass(frozen=True)
class EmptyBox:
    """A box before anything is written in it: many are drawn, few are sent. What is sent is a `ContributionForm`."""

    form_key: uuid.UUID
    # What can be captured, each with its name, and which of them is chosen.
    kinds: list[tuple[str, str]]
    kind: str
    # Whose words they can be, each by id; nobody else's where there are none.
    others: list[tuple[int, str]]


def box_for(room: Room, kind: str = "") -> EmptyBox | None:
    """An empty box for the stage the room is in; None for who does not write in it."""
    if room.stage is None or not room.kinds or not (room.may_write or room.quotable):
        return None
    return EmptyBox(uuid.uuid4(), _kinds(room), kind or room.kinds[0].value, _others(room))


def _kinds(room: Room) -> list[tuple[str, str]]:
    return [(kind.value, capfirst(str(kind.label))) for kind in room.kinds]


def _others(room: Room) -> list[tuple[int, str]]:
    return [(membership.user_id, membership.user.name) for membership in room.quotable]


def box_again(room: Room, data: Any) -> ContributionForm | None:
    """The box as it was sent, with what is wrong beside the field."""
    return fitted(ContributionForm(data), room) if room.may_write or room.quotable else None


def fitted(form: ContributionForm, room: Room) -> ContributionForm:
    """Only the kinds this stage captures; with one kind there is nothing to choose."""
    choices = _kinds(room)
    one = len(choices) == 1
    form.fields["kind"] = forms.ChoiceField(
        label=_("This is"), choices=choices, widget=forms.HiddenInput if one else forms.RadioSelect
    )
    if one:
        form.fields["text"].label = choices[0][1]
    if room.stage:
        # Of this stage alone: what was typed in another is put into no box, where it would stand under the wrong topic.
        form.fields["text"].widget.attrs["data-keep"] = f"room-{room.session.pk}-{room.stage.pk}"
    return _asking_whose(form, room)


def sent_box(room: Room, data: Any) -> ContributionForm:
    """What was sent, in whichever stage: what does not fit there, the service says."""
    form = ContributionForm(data)
    in_stage = room.stage is not None and data.get("stage") == str(room.stage.pk)
    return _asking_whose(form, room) if in_stage else form


def _asking_whose(form: ContributionForm, room: Room) -> ContributionForm:
    if room.quotable:
        form.fields["for_whom"] = who_field(gettext("Whose words are these?"), room, mine=room.may_write)
        form.order_fields(["stage", "form_key", "for_whom", "kind", "text"])
    return form


def who_field(label: str, room: Room, *, mine: bool) -> forms.TypedChoiceField:
    """One of those whose words the reader may write down; their own too where they could write them."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("mine") if mine else _("please choose")), *_others(room)],
        coerce=int,
        empty_value=None,
        required=not mine,
    )


def whom(room: Room, sent: QueryDict) -> User | None:
    """Whose words these are said to be; None: the sender's own. Whether they may be written down, the service says.

    Raises NotForOthers for who is not of the set: what was said to be another's never becomes the sender's.
    """
    named = sent.get("for_whom")
    if not named:
        return None
    found = next((one.membership.user for one in room.people if str(one.membership.user_id) == named), None)
    if found is None:
        raise NotForOthers
    return found


def cant_be_quoted(room: Room, sent: QueryDict) -> bool:
    """The words are said to be of somebody for whom the sender doesn't write, or not any more."""
    named = sent.get("for_whom")
    return bool(named) and named not in [str(one.user_id) for one in room.quotable]


class NoteForm(forms.Form):
    text = ShortText(label=_("Notes to myself"), most=10_000, required=False)

    def __init__(self, data: Any, *, room: Room) -> None:
        # The box for words to the set has a field of this name, too.
        super().__init__(data, auto_id="id_note_%s")
        self.fields["text"].widget = forms.Textarea(attrs={"rows": 5, "data-keep": f"note-{room.session.pk}"})
        self.helper = FormHelper()
        self.helper.form_tag = False


def presence_form(room: Room, data: Any = None) -> PresenceForm:
    """Who is here, as far as is known."""
    return PresenceForm(data, people=[(person.membership.user, person.presence) for person in room.people])


class ChooseForm(forms.Form):
    """For each topic a place in the order (none: not today) and its minutes."""

    seen = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    # Its minutes have just been shared out, and nothing is chosen yet.
    was_shared = False

    def __init__(self, *args: Any, room: Room, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = room.offers_here
        # Also of who is away, or has withdrawn meanwhile: a place given before stays a place.
        self.places = max(len(room.offers), *self._places_sent())
        self.least = max(5, len(process.stages_of(Part.TOPIC)))
        slots = {slot.bid_id: slot for slot in room.slots}
        self.fields["seen"].initial = seen_in(room.slots)
        for offer in self.offers:
            self._add_rows(offer.bid, slots.get(offer.bid.pk))
        included = {stage.key for stage in room.stages if stage.slot_id}
        for plan in process.optional_stages:
            self.fields[f"with_{plan.key}"] = forms.BooleanField(
                label=_("With the stage “%(stage)s” in each topic") % {"stage": plan.name},
                required=False,
                initial=plan.key in included if room.slots else plan.usual,
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _add_rows(self, bid: Bid, slot: Slot | None) -> None:
        places = [("", _("not today")), *((str(n), str(n)) for n in range(1, self.places + 1))]
        self.fields[f"place_{bid.pk}"] = forms.TypedChoiceField(
            label=_("Place"),
            choices=places,
            coerce=int,
            empty_value=None,
            required=False,
            initial=slot.position if slot else "",
        )
        self.fields[f"minutes_{bid.pk}"] = forms.IntegerField(
            label=_("Minutes"),
            min_value=self.least,
            max_value=240,
            required=False,
            initial=slot.minutes if slot else bid.minutes_wanted,
        )

    @property
    def rows(self) -> list[tuple[Offer, BoundField, BoundField]]:
        return [(o, self[f"place_{o.bid.pk}"], self[f"minutes_{o.bid.pk}"]) for o in self.offers]

    @property
    def topics(self) -> str:
        """Names what can be chosen from: a page with another list is told so."""
        return topics_in(self.offers)

    @property
    def extras(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("with_")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self._has_place_for_another():
            gone = _("A topic to which you gave a place can't be taken any more. What you chose of the others is here.")
            self.add_error(None, gone)
        taken: dict[int, str] = {}
        for offer in self.offers:
            place, minutes = data.get(f"place_{offer.bid.pk}"), data.get(f"minutes_{offer.bid.pk}")
            if place is None:
                continue
            if place in taken:
                self.add_error(f"place_{offer.bid.pk}", _("%(name)s has this place already.") % {"name": taken[place]})
            if minutes is None and f"minutes_{offer.bid.pk}" not in self.errors:
                self.add_error(f"minutes_{offer.bid.pk}", _("How many minutes?"))
            taken[place] = offer.bid.member.name
        if not taken and not self.errors:
            self.add_error(None, _("Give at least one topic a place."))
        return data

    def _places_sent(self) -> list[int]:
        sent = [value for name, value in self.data.items() if name.startswith("place_")]
        return [0, *(int(place) for place in sent if place.isdecimal() and len(place) < 3)]

    def _has_place_for_another(self) -> bool:
        """For a topic that was withdrawn, or whose member has gone, since the page was made."""
        sent = {name for name, value in self.data.items() if name.startswith("place_") and value}
        return bool(sent.difference(self.fields))

    @property
    def choices(self) -> list[tuple[Bid, int]]:
        """The bids chosen, in their order, with minutes."""
        data = self.cleaned_data
        chosen = [offer.bid for offer in self.offers if data[f"place_{offer.bid.pk}"]]
        chosen.sort(key=lambda bid: data[f"place_{bid.pk}"])
        return [(bid, data[f"minutes_{bid.pk}"]) for bid in chosen]

    @property
    def optional(self) -> set[str]:
        """Keys of the optional stages to include."""
        ticked = [name for name, value in self.cleaned_data.items() if value is True]
        return {name.removeprefix("with_") for name in ticked}

    @property
    def slots_seen(self) -> set[int]:
        return {int(pk) for pk in self.cleaned_data["seen"].split(",") if pk.isdecimal()}


def with_minutes_shared(form: ChooseForm, data: QueryDict, room: Room) -> ChooseForm:
    """The form as it was sent, the minutes that remain shared out among its topics by what each wants."""
    form.full_clean()
    chosen = [offer.bid for offer in form.offers if form.cleaned_data.get(f"place_{offer.bid.pk}")]
    shared = data.copy()
    parts = shared_out(room.minutes_for_topics, [bid.minutes_wanted for bid in chosen]) if chosen else []
    for bid, minutes in zip(chosen, parts, strict=True):
        shared[f"minutes_{bid.pk}"] = str(max(form.least, minutes))
    again = ChooseForm(shared, room=room, process=room.process)
    again.was_shared = True
    return again


def topics_in(offers: Sequence[Offer]) -> str:
    return ",".join(str(offer.bid.pk) for offer in offers)


def seen_in(slots: Sequence[Slot]) -> str:
    return ",".join(str(slot.pk) for slot in slots)
