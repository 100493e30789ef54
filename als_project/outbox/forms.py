"""What people are asked about their messages."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from als_project.outbox.models import How
from als_project.outbox.preferences import Wishes, kinds_of_choice

HALF_HOURS = [(minute, f"{minute // 60:02}:{minute % 60:02}") for minute in range(0, 24 * 60, 30)]
SEND_IT = [(How.AT_ONCE, _("Send it")), (How.NEVER, How.NEVER.label)]


WEEKLY = _(
    "The weekly message comes on Monday morning. What you want in it does not come at all when it is about a date "
    "before then."
)


def field_of(kind: str) -> str:
    return kind.replace(".", "-")


class WishesForm(forms.Form):
    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), coerce=int)
    quiet_until = forms.TypedChoiceField(
        label=_("Quiet until"),
        coerce=int,
        help_text=_(
            "By your own clock. What is of no use by the morning comes all the same: a code to sign in, a poll that "
            "closes, an early session that is moved or cancelled. Choose the same time twice to have no quiet hours."
        ),
    )
    most_a_week = forms.IntegerField(
        label=_("At most so many a week"),
        min_value=0,
        max_value=100,
        help_text=_(
            "Of the messages you can choose about. What is more comes in the weekly message, or at once if that would "
            "be too late."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, wishes: Wishes) -> None:
        known = {field_of(kind): how for kind, how in wishes.how.items()}
        hours = {name: getattr(wishes, name) for name in ("quiet_from", "quiet_until", "most_a_week")}
        super().__init__(data, initial={**known, **hours})
        self.kinds = kinds_of_choice()
        for name in ("quiet_from", "quiet_until"):
            self.fields[name].choices = self._times(hours[name])  # type: ignore[attr-defined]
        for kind in self.kinds:
            choices = SEND_IT if kind.is_weekly else How.choices
            self.fields[field_of(kind.name)] = forms.ChoiceField(label=kind.called, choices=choices)
        fields = [field_of(kind.name) for kind in self.kinds]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(_("You can choose"), HTML(format_html("<p>{}</p>", WEEKLY)), *fields, "most_a_week"),
            Fieldset(_("Quiet hours"), "quiet_from", "quiet_until"),
        )

    @staticmethod
    def _times(now: int) -> list[tuple[int, str]]:
        """Every half hour, and what is chosen at present."""
        return sorted({*HALF_HOURS, (now, f"{now // 60:02}:{now % 60:02}")})

    def wishes(self) -> Wishes:
        data = self.cleaned_data
        return Wishes(
            how={kind.name: data[field_of(kind.name)] for kind in self.kinds},
            quiet_from=data["quiet_from"],
            quiet_until=data["quiet_until"],
            most_a_week=data["most_a_week"],
        )
