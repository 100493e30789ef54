"""What people are asked about themselves: signing up and in, and their account."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.fields import PasswordField
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.core import context
from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from als_project.clock import usual_time_zone, zone_in_words, zone_names
from als_project.users.models import User

ADDRESS = _("E-mail address")
# allauth's fields in our words.
LABELS = {
    "login": ADDRESS,
    "email": ADDRESS,
    "oldpassword": _("The password you have now"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}


class OurWords(forms.Form):
    """Our labels, and no placeholders: one that repeats the label only vanishes when it is needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)


class AddEmailForm(OurWords, allauth_forms.AddEmailForm):
    pass


class ChangePasswordForm(OurWords, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(OurWords, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(OurWords, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(OurWords, allauth_forms.ResetPasswordKeyForm):
    pass


class RequestLoginCodeForm(OurWords, allauth_forms.RequestLoginCodeForm):
    def clean_email(self) -> str:
        address: str = super().clean_email()
        remember_address(self._user)
        return address


def remember_address(user: User | None) -> None:
    """Give people made by `createsuperuser` the row for their address that allauth keeps of everyone else.

    With it, one code both signs them in and verifies the address; without it they would be asked for a second one.
    """
    if user:
        sync_user_email_address(user)


class LoginForm(OurWords, allauth_forms.LoginForm):
    """The address alone asks for a code by mail; a password, where a person has set one, goes without."""

    def _setup_password_field(self) -> None:
        """allauth drops the field where sign-up asks for none; here it stays, and may be left empty."""
        self.fields["password"] = PasswordField(
            label=_("Password"), required=False, autocomplete="current-password", show_reset_help=True
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        remember_address(self.user)
        return cleaned


class SignupForm(OurWords, allauth_forms.SignupForm):
    """Name and address. The browser fills in the time zone; an unknown one becomes the usual one, to be corrected."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As your set calls you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-browser-zone": ""}))
    field_order = ["name", "email", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("We mail a code there to make sure it is yours.")
        if context.request:
            self.fields["email"].initial = context.request.session.get("invited_email")

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        return zone if zone in zone_names() else usual_time_zone()


class AccountForm(forms.Form):
    """Name and time zone."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As your set calls you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Times on every page and in every message are shown in this zone.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = zones_by_region()
        self.helper = FormHelper()
        self.helper.form_tag = False


def zones_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """“Europe” with its places, and so on."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in zone_names():
        regions.setdefault(zone.split("/")[0], []).append((zone, place_in_words(zone)))
    return list(regions.items())


def place_in_words(zone: str) -> str:
    """“Buenos Aires (Argentina)” for America/Argentina/Buenos_Aires, “London” for Europe/London."""
    between = zone.split("/")[1:-1]
    return f"{zone_in_words(zone)} ({between[0].replace('_', ' ')})" if between else zone_in_words(zone)
