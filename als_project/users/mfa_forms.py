"""Passkeys, in our words."""

from typing import Any

from allauth.mfa.webauthn import forms as webauthn_forms
from django.utils.translation import gettext_lazy as _


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label = _("What do you call it?")
        name.help_text = _("Such as “my phone”, to tell it from others.")
        self.initial["name"] = ""
        alone.label = _("Sign me in with it alone")
        alone.help_text = _("Otherwise it is asked for as a second step, after the code by mail.")
        alone.initial = True


class EditPasskeyForm(webauthn_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What do you call it?")
