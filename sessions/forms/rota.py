"""What the two could do about a turn, each as one choice."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.clock import in_words
from als_project.users.models import User
from sessions.models import Session

PERSON, SWAP = "person", "swap"


class TurnForm(forms.Form):
    """Cleaned, it knows `taker` and `in_return`. `others` are the set's other sessions to come, with who has them."""

    way = forms.ChoiceField(label=_("What do you ask?"), widget=forms.RadioSelect)

    def __init__(
        self, data: Any = None, *, session: Session, reader: User, people: list[User], others: list[Session]
    ) -> None:
        super().__init__(data)
        self.reader = reader
        gives = session.facilitator_id == reader.pk
        holder = session.facilitator
        self.people = {person.pk: person for person in people if gives and person != reader} if gives else {}
        if not gives:
            self.people = {reader.pk: reader}
        wanted = [one for one in others if _may_swap(one, session, reader, gives=gives)]
        self.swaps = {one.pk: one for one in wanted}
        takes = _("%(name)s takes it over") if gives else _("I take it over")
        swap = (
            _("%(name)s takes it over, and I take theirs: %(when)s")
            if gives
            else _("I take it over, and %(name)s takes mine: %(when)s")
        )
        zone = timezone.get_current_timezone_name()
        choices = [(f"{PERSON}-{pk}", str(takes) % {"name": person.name}) for pk, person in self.people.items()]
        for pk, one in self.swaps.items():
            name = one.facilitator.name if gives and one.facilitator else holder.name if holder else ""
            choices.append((f"{SWAP}-{pk}", str(swap) % {"name": name, "when": in_words(one.starts_at, zone)}))
        self.fields["way"].choices = choices  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind, _dash, number = str(data.get("way", "")).partition("-")
        if kind == PERSON:
            data["taker"], data["in_return"] = self.people[int(number)], None
        elif kind == SWAP:
            other = self.swaps[int(number)]
            data["taker"], data["in_return"] = other.facilitator, other
        return data


def _may_swap(one: Session, session: Session, reader: User, *, gives: bool) -> bool:
    if one == session or one.facilitator is None or not one.is_scheduled:
        return False
    return one.facilitator_id != reader.pk if gives else one.facilitator_id == reader.pk
