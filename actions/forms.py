"""What the pages about actions ask for."""

from datetime import date
from typing import Any, cast
from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from actions.enums import ActionState
from actions.models import Action
from actions.services.supporting import who_may_support
from als_project.users.models import User
from sessions.models import Session


class CalmForm(forms.Form):
    """Laid out by crispy inside the template's own form element."""

    # Names what this form's drafts are kept under on the device; empty keeps none.
    kept_as = ""

    def __init__(self, *args: Any, kept_as: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        for name, field in self.fields.items():
            if kept_as and isinstance(field.widget, forms.Textarea):
                field.widget.attrs["data-keep"] = f"{kept_as}-{name}"


def long_text(label: Any, *, most: int, rows: int = 2, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **{"required": False, **options}
    )


class WhenForm(CalmForm):
    """By when, which may stay open. A day that is over is only kept where it stood before."""

    due_on = forms.DateField(
        label=_("By when"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("You can leave it open."),
    )

    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.localdate() and due_on != self.initial.get("due_on"):
            raise forms.ValidationError(_("That day is over. Choose one to come, or leave it open."))
        return due_on


class DraftForm(WhenForm):
    """What a facilitator drafts for the presenter."""

    what = long_text(_("What the presenter will do"), most=1000, rows=3, required=True)
    first_step = long_text(_("First step"), most=500)
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    field_order = ["what", "due_on", "first_step"]


class WordsForm(WhenForm):
    """An action in its owner's words."""

    what = long_text(_("What I will do"), most=1000, rows=3, required=True)
    first_step = long_text(_("My first step"), most=500)
    how_i_will_know = long_text(_("How I'll know it worked"), most=500)
    field_order = ["what", "due_on", "first_step", "how_i_will_know"]


class SupporterChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # only generic to the type checker
    """People by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class ConfirmForm(WordsForm):
    supporter = SupporterChoice(
        label=_("Who supports me"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody, for now"),
        help_text=_("They are asked, and may say no."),
    )
    check_halfway = forms.BooleanField(
        label=_("Ask me halfway how it is going"),
        required=False,
        help_text=_("By a message to you alone. You can choose another day later."),
    )
    field_order = [*WordsForm.field_order, "supporter", "check_halfway"]

    def __init__(self, *args: Any, session: Session, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SupporterChoice, self.fields["supporter"]).queryset = who_may_support(session, owner)


class CommitForm(ConfirmForm):
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class AskForm(CalmForm):
    supporter = SupporterChoice(
        label=_("Who could support you?"),
        queryset=User.objects.none(),
        blank=True,
        empty_label=_("Nobody, for now"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, action: Action, owner: User, **kwargs: Any) -> None:
        """Going without is a choice only for whoever has named somebody."""
        super().__init__(*args, initial={"supporter": action.supporter_id}, **kwargs)
        choice = cast(SupporterChoice, self.fields["supporter"])
        choice.queryset = who_may_support(action.session, owner)
        choice.required = action.supporter_id is None
        choice.empty_label = None if choice.required else choice.empty_label


class CheckForm(CalmForm):
    """A day to be asked on, or none."""

    check_on = forms.DateField(
        label=_("Ask me on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave it empty to be asked no more."),
    )


WHERE_IT_STANDS = [
    (ActionState.DONE, _("Done")),
    (ActionState.IN_PROGRESS, _("In progress: I am at it")),
    (ActionState.OPEN, _("Open: not begun yet")),
    (ActionState.CHANGED, _("Changed: it became something else")),
    (ActionState.CARRIED_OVER, _("Carried over: I take it to the next session")),
    (ActionState.DROPPED, _("Dropped: I let it go")),
]


class ChangeReportForm(CalmForm):
    """What became of an action: one tap and a few words."""

    state = forms.ChoiceField(label=_("Where it stands"), choices=WHERE_IT_STANDS, widget=forms.RadioSelect)
    did = long_text(_("What I did"), most=2000)
    happened = long_text(_("What happened"), most=2000)
    learned = long_text(_("What I learned"), most=2000)
    next_step = long_text(_("What next"), most=2000)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not any(said.get(name) for name in ("did", "happened", "learned")):
            raise forms.ValidationError(
                gettext("Say in a few words what you did, what happened or what you learned. One of them is enough.")
            )
        return said


class ReportBackForm(ChangeReportForm):
    """Under a minute on a phone."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class LogEntryForm(CalmForm):
    text = long_text(_("What I notice"), most=10000, rows=6, required=True)
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ChangeEntryForm(CalmForm):
    text = long_text(_("What I notice"), most=10000, rows=8, required=True)
