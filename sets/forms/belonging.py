"""Roles, and who looks after the set next."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sets.models import LearningSet, Membership

TO_SUCCESSOR, TO_ALL = "successor", "self_facilitated"


class RolesForm(forms.ModelForm):  # type: ignore[type-arg]  # only generic to the type checker
    class Meta:
        model = Membership
        fields = ["is_member", "is_facilitator"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        roles = super().clean() or self.cleaned_data
        if not any(roles.values()):
            raise ValidationError(_("Choose at least one role: everyone in a set has one."))
        return roles


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # only generic to the type checker
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.user.name)


class SuccessionForm(forms.Form):
    """Who looks after the set from now on: somebody by name, or everyone."""

    way = forms.ChoiceField(
        label=_("Who looks after the set from now on?"),
        choices=[
            (TO_SUCCESSOR, _("Somebody else facilitates")),
            (TO_ALL, _("Nobody alone: the set goes on self-facilitated, and members take turns as host")),
        ],
        widget=forms.RadioSelect,
    )
    successor = PersonChoice(
        label=_("Who facilitates"), queryset=None, required=False, empty_label=_("Choose a person")
    )
    from_day = forms.DateField(
        label=_("From what day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("If the set goes on self-facilitated. Until then you facilitate as before. Empty: at once."),
    )
    stays = forms.BooleanField(
        label=_("I stay in the set as a member"), required=False, help_text=_("Otherwise you leave the set at once.")
    )

    def __init__(self, *args: Any, learning_set: LearningSet, without: Membership | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.takes_part = without is not None and without.is_member
        if "stays" in self.fields:
            self.fields["stays"].initial = self.takes_part
        people = learning_set.memberships.present().select_related("user")
        successor = self.fields["successor"]
        successor.queryset = people.exclude(pk=without.pk) if without else people  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or self.cleaned_data
        if chosen.get("way") == TO_SUCCESSOR and not chosen.get("successor") and "successor" not in self.errors:
            self.add_error("successor", _("Choose who facilitates from now on."))
        if chosen.get("way") == TO_SUCCESSOR and chosen.get("from_day") and "from_day" in self.changed_data:
            self.add_error("from_day", _("Handing over to somebody happens at once. Empty this, or do it on that day."))
        if chosen.get("way") == TO_ALL and chosen.get("from_day") and chosen.get("stays") != self.takes_part:
            self.add_error("stays", self._what_that_day_brings())
        return chosen

    def _what_that_day_brings(self) -> Any:
        """Who takes part on the agreed day stays, who takes no part leaves."""
        if self.takes_part:
            return _("You take part as a member, so you stay on that day. You can leave whenever you like.")
        return _("On that day whoever takes no part leaves. To stay, take part as a member first: see “People”.")


class LastFacilitatorLeavesForm(SuccessionForm):
    from_day = None  # type: ignore[assignment]  # Django's way to take an inherited field out
    stays = None  # type: ignore[assignment]


class HandOverForm(SuccessionForm):
    """To somebody by name, and in no other way: a set that has closed goes on in none."""

    way = None  # type: ignore[assignment]
    from_day = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].required = True


class NameFacilitatorForm(HandOverForm):
    """In a self-facilitated set: anyone in it may be named, oneself too."""

    stays = None  # type: ignore[assignment]
