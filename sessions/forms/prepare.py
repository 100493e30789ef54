"""What a member brings before a session: private lines, and a topic offered to the set."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from als_project.inbox.models import MailedReply
from sessions.enums import Reply, Urgency
from sessions.models import Bid, Session
from sessions.models.topics import PREPARATION_LINES, validate_ten_lines

THANKS = {
    Reply.COMING: _("Thank you: you are coming."),
    Reply.IF_I_CAN: _("Thank you: you come if you can."),
    Reply.APOLOGIES: _("Thank you: your apologies are noted."),
}


class ShortText(forms.CharField):
    """Text with a limit that is checked on the server: a `maxlength` would cut off what is pasted, without a word."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(MaxLengthValidator(most))


class ReplyForm(forms.Form):
    """Buttons, and a line on why not."""

    reply = forms.TypedChoiceField(
        choices=Reply,
        coerce=Reply,
        error_messages={
            "required": _("Please choose one of the three replies."),
            "invalid_choice": _("Please choose one of the three replies."),
        },
    )
    reason = ShortText(most=500, required=False)

    @property
    def first_error(self) -> str:
        return next(str(errors[0]) for errors in self.errors.values())

    @property
    def thanks(self) -> str:
        said: Reply = self.cleaned_data["reply"]
        return str(THANKS[said])


class PreparationForm(forms.Form):
    text = ShortText(
        label=_("My preparation"),
        most=4000,
        required=False,
        validators=[validate_ten_lines],
        help_text=_("Ten lines at most, for your own benefit: the scenario, and the question or guidance you seek."),
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget = forms.Textarea(
            attrs={"rows": 10, "data-keep": f"preparation-{session.pk}", "data-lines": PREPARATION_LINES}
        )
        self.helper = FormHelper()
        self.helper.form_tag = False


class OfferForm(forms.Form):
    headline = ShortText(
        label=_("Headline"),
        most=120,
        help_text=_("A line that tells the set what it is about. At most 120 characters."),
    )
    question = ShortText(
        label=_("Your question for the set"),
        most=500,
        required=False,
        help_text=_("“How can I …?” You can leave it for the session."),
    )
    urgency = forms.ChoiceField(label=_("How urgent is it?"), choices=Urgency, widget=forms.RadioSelect)
    minutes_wanted = forms.IntegerField(
        label=_("Minutes you would like"),
        min_value=5,
        max_value=120,
        error_messages={
            "min_value": _("A topic takes at least 5 minutes."),
            "max_value": _("A topic takes at most 120 minutes."),
        },
        help_text=_("Thirty to forty is usual. The set decides in the session."),
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].widget = forms.Textarea(attrs={"rows": 3, "data-keep": f"question-{session.pk}"})
        self.helper = FormHelper()
        self.helper.form_tag = False


def initial_from(bid: Bid | None, mailed: MailedReply | None = None) -> dict[str, Any]:
    """The topic as it is; where there is none, what came by mail: its first line as the headline."""
    if bid is None:
        headline, _newline, question = mailed.text.partition("\n") if mailed else ("", "", "")
        usual = {"urgency": Urgency.SOON, "minutes_wanted": 30}
        return {**usual, "headline": headline.strip(), "question": question.strip()} if mailed else usual
    return {
        "headline": bid.topic.headline,
        "question": bid.topic.question,
        "urgency": bid.urgency,
        "minutes_wanted": bid.minutes_wanted,
    }
