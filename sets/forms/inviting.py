"""Inviting people, and accepting."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sets.addresses import Addresses, read_addresses

AS_MEMBER, AS_FACILITATOR, AS_BOTH = "member", "facilitator", "both"


class InviteForm(forms.Form):
    """Addresses as they were pasted. What can be invited is `good`, even where others beside it can't."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One or many: each on a line of its own, or parted by commas."),
    )
    role = forms.ChoiceField(
        label=_("They are invited as"),
        choices=[
            (AS_MEMBER, _("Members")),
            (AS_FACILITATOR, _("Facilitators, who bring no topics")),
            (AS_BOTH, _("Both members and facilitators")),
        ],
        initial=AS_MEMBER,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, known: dict[str, str], self_facilitated: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.read = Addresses()
        if self_facilitated:
            del self.fields["role"]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_addresses(self) -> str:
        self.read = read_addresses(self.cleaned_data["addresses"])
        problems = [_("“%(typed)s” is not an e-mail address.") % {"typed": typed} for typed in self.read.bad]
        problems += [f"{address} {self.known[address]}." for address in self.read.good if address in self.known]
        if problems:
            raise ValidationError([ValidationError(problem) for problem in problems])
        if not self.read.good:
            raise ValidationError(_("There is no address here yet."))
        return str(self.cleaned_data["addresses"])

    @property
    def good(self) -> list[str]:
        """The addresses to invite; none while the role is not clear."""
        return [] if "role" in self.errors else [a for a in self.read.good if a not in self.known]

    @property
    def roles(self) -> dict[str, bool]:
        role = self.cleaned_data.get("role", AS_MEMBER)
        return {"as_member": role != AS_FACILITATOR, "as_facilitator": role != AS_MEMBER}

    def keep_what_is_bad(self) -> None:
        """The box holds what still needs a hand: the good ones have been sent, unless the role was not clear."""
        if "role" in self.errors:
            return
        self.data = {**self.data.dict(), "addresses": "\n".join(self.read.bad)}  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """Nothing to fill in, unless the person signed in is not the address that was invited."""

    confirm = forms.BooleanField(
        error_messages={"required": _("Tick this box if you mean to join under this address.")}
    )

    def __init__(self, *args: Any, invited: str, signed_in: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_other_address = invited.lower() != signed_in.lower()
        if not self.is_other_address:
            del self.fields["confirm"]
        else:
            self.fields["confirm"].label = _("Yes, I was invited as %(invited)s and join as %(signed_in)s") % {
                "invited": invited,
                "signed_in": signed_in,
            }
        self.helper = FormHelper()
        self.helper.form_tag = False
