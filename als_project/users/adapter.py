"""Where allauth meets this product: who may sign up, what a new person is, and how its mail leaves."""

import json
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from als_project.outbox import services as outbox
from als_project.users.models import User

# Set by whoever has checked an invitation; `als_project` itself knows of none.
INVITED = "invited_email"

AGAIN = {
    "mfa_reauthenticate:webauthn": _("Use your passkey"),
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code from your authenticator, or a recovery code"),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("This address and password don't belong together."),
        "enter_current_password": _("Type the password you have now."),
        "incorrect_code": _("This is not the code we mailed. Look again, or ask for a new one."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("That was tried too often. Wait a few minutes, then try again."),
        "email_taken": _("Somebody already has an account with this address."),
        "rate_limited": _("That was tried too often. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.WHO_MAY_SIGN_UP == "anyone" or bool(request.session.get(INVITED))

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """The database refuses a person without a name, so name and zone are there before the first save."""
        user.name = form.cleaned_data["name"]
        user.time_zone = form.cleaned_data["time_zone"]
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways to show once more who one is, easiest first; the first is offered, the others stand below it."""
        methods = {method["id"]: method for method in super().get_reauthentication_methods(user)}
        return [{**methods[name], "description": words} for name, words in AGAIN.items() if name in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the message in the outbox: a mail server that is away never breaks a sign-in page."""
        words = {"email": email, "request": allauth_context.request, "site_url": settings.SITE_URL, **context}
        mail = self.render_mail(template_prefix, email, words)
        kind = "users.code" if "code" in context else "users.notice"
        outbox.post(
            kind=kind,
            key=f"{kind}:{uuid4()}",
            address=email,
            sealed=json.dumps({"subject": mail.subject, "body": mail.body}),
        )
