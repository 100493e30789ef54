"""Choosing without bids, and the secret ballot among bids."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from als_project.users.models import User
from sessions.forms.room import seen_in
from sessions.models import Bid
from sessions.people import Offer, Person
from sessions.room import Room
from sets.processes import Process


class ShareTimeForm(forms.Form):
    """The order of everyone who is here, and the minutes of breaks; each has the same length."""

    seen = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    breaks = forms.IntegerField(
        label=_("Minutes of breaks"), min_value=0, max_value=240, initial=0, help_text=_("Breaks between the turns.")
    )

    def __init__(self, data: Any = None, *, room: Room, process: Process) -> None:
        super().__init__(data)
        here = [person for person in room.people if person.is_here is not False and person.membership.is_member]
        places = {slot.presenter_id: slot.position for slot in room.slots}
        lot = {user.pk: place for place, user in enumerate(room.turns.proposed)}
        places_now = places or lot
        self.people = sorted(here, key=lambda person: self._order(person.membership.user_id, places_now))
        self.fields["seen"].initial = seen_in(room.slots)
        self.is_in_threes = isinstance(self, ThreesForm)
        for usual, person in enumerate(self.people, start=1):
            self._add_place(person, places.get(person.membership.user_id, "") if places else usual)
        included = {stage.key for stage in room.stages if stage.slot_id}
        for plan in process.optional_stages:
            self.fields[f"with_{plan.key}"] = forms.BooleanField(
                label=_("With the stage “%(stage)s” in each turn") % {"stage": plan.name},
                required=False,
                initial=plan.key in included if room.slots else plan.usual,
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _order(self, user_id: int, places: Mapping[int, int]) -> tuple[int, int]:
        return (0, places.get(user_id, len(places) + 1))

    def _add_place(self, person: Person, place: int | str) -> None:
        numbers = [(str(n), str(n)) for n in range(1, len(self.people) + 1)]
        self.fields[f"place_{person.membership.user_id}"] = forms.TypedChoiceField(
            label=person.membership.user.name,
            choices=[("", _("no turn today")), *numbers],
            coerce=int,
            empty_value=None,
            required=False,
            initial=place,
        )

    @property
    def rows(self) -> list[BoundField]:
        return [self[f"place_{person.membership.user_id}"] for person in self.people]

    @property
    def extras(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("with_")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        taken: dict[int, str] = {}
        for person in self.people:
            name = f"place_{person.membership.user_id}"
            place = data.get(name)
            if place is None:
                continue
            if place in taken:
                self.add_error(name, _("%(name)s has this place already.") % {"name": taken[place]})
            taken[place] = person.membership.user.name
        if not taken and not self.errors:
            self.add_error(None, _("Give at least one person a place."))
        return data

    @property
    def presenters(self) -> list[User]:
        """In their order."""
        places = {p.membership.user: self.cleaned_data[f"place_{p.membership.user_id}"] for p in self.people}
        return sorted((user for user in places if places[user]), key=lambda user: places[user])

    @property
    def optional(self) -> set[str]:
        return {name.removeprefix("with_") for name, value in self.cleaned_data.items() if value is True}

    @property
    def slots_seen(self) -> set[int]:
        return {int(pk) for pk in self.cleaned_data["seen"].split(",") if pk.isdecimal()}


class ThreesForm(ShareTimeForm):
    """For each person the number of their three, and the minutes of breaks."""

    def __init__(self, data: Any = None, *, room: Room, process: Process) -> None:
        threes = [people for _three, people in room.turns.threes] or room.turns.proposed_threes
        self.numbers = {person.pk: number for number, people in enumerate(threes, start=1) for person in people}
        self.how_many = max(len(threes), 1)
        super().__init__(data, room=room, process=process)

    def _order(self, user_id: int, places: Mapping[int, int]) -> tuple[int, int]:
        """By their three, and there by their turn."""
        return (self.numbers.get(user_id, self.how_many + 1), super()._order(user_id, places)[1])

    def _add_place(self, person: Person, place: int | str) -> None:
        numbers = range(1, self.how_many + 1)
        self.fields[f"place_{person.membership.user_id}"] = forms.TypedChoiceField(
            label=person.membership.user.name,
            choices=[("", _("sits in none")), *((str(n), _("Three %(number)s") % {"number": n}) for n in numbers)],
            coerce=int,
            empty_value=None,
            required=False,
            initial=self.numbers.get(person.membership.user_id, ""),
        )

    def clean(self) -> dict[str, Any]:
        return forms.Form.clean(self) or {}

    @property
    def threes(self) -> list[list[User]]:
        """Who sits together, in the order in which they stand here."""
        seated: dict[int, list[User]] = {}
        for person in self.people:
            number = self.cleaned_data[f"place_{person.membership.user_id}"]
            if number:
                seated.setdefault(number, []).append(person.membership.user)
        return [seated[number] for number in sorted(seated)]


def share_form_for(room: Room, data: Any = None) -> ShareTimeForm:
    """Of threes, where the set breaks into some; else of the order."""
    in_threes = bool(room.turns.threes or room.turns.proposed_threes)
    return (ThreesForm if in_threes else ShareTimeForm)(data, room=room, process=room.process)


class OpenBallotForm(forms.Form):
    marks_each = forms.IntegerField(label=_("Marks for each"), min_value=1, max_value=10, initial=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class MarksForm(forms.Form):
    """For each topic how many of one's marks."""

    def __init__(self, data: Any = None, *, room: Room) -> None:
        part = room.ballot
        super().__init__(data)
        self.offers: list[Offer] = room.offers_here
        most = part.ballot.marks_each if part else 0
        for offer in self.offers:
            self.fields[f"marks_{offer.bid.pk}"] = forms.IntegerField(
                label=offer.bid.topic.headline,
                min_value=0,
                max_value=most,
                required=False,
                initial=part.mine.get(offer.bid.pk, 0) if part else 0,
                help_text=offer.bid.member.name,
            )
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """Marks for a topic that was withdrawn meanwhile, or whose presenter has gone, are the voter's to give anew."""
        gone = [name for name in self.data if name.startswith("marks_") and name not in self.fields]
        if any(self.data[name].strip() not in ("", "0") for name in gone):
            raise forms.ValidationError(
                _("A topic that you marked has gone. Here are the others: give your marks again.")
            )
        return self.cleaned_data

    @property
    def marks(self) -> dict[Bid, int]:
        return {offer.bid: self.cleaned_data[f"marks_{offer.bid.pk}"] or 0 for offer in self.offers}
