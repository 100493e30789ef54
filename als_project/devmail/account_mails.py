"""The mails about an account, whose words allauth chooses: which there are, and each with invented words."""

from pathlib import Path
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.urls import reverse

from als_project.outbox.letter import Letter
from als_project.outbox.models import Message
from als_project.outbox.writing import write

# The kinds that carry them.
CARRIERS = ("users.code", "users.notice")
SUBJECT = "_subject.txt"


def prefixes() -> dict[str, str]:
    """What allauth calls each, like “account/email/login_code”, by its name here, like “account.login_code”."""
    folders = [Path(settings.BASE_DIR, "templates", app, "email") for app in ("account", "mfa")]
    files = [file for folder in folders for file in sorted(folder.glob(f"*{SUBJECT}"))]
    words = [(file.parent.parent.name, file.name.removesuffix(SUBJECT)) for file in files]
    return {f"{app}.{name}": f"{app}/email/{name}" for app, name in words}


def carrier_of(prefix: str) -> str:
    """Codes, and nothing else, are mails to confirm an address or to come in by."""
    return CARRIERS[0] if prefix.endswith(("_code", "_confirmation", "_confirmation_signup")) else CARRIERS[1]


def account_mail(prefix: str, said: dict[str, Any]) -> Letter:
    """As `AccountAdapter.send_mail` has it written, to an address: whether it has an account is not told."""
    kind, address = carrier_of(prefix), said["email"]
    words = {
        **said,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "open_sign_up": settings.WHO_MAY_SIGN_UP == "anyone",
        "signup_url": settings.SITE_URL + reverse("account_signup"),
    }
    mail = get_adapter().render_mail(prefix, address, words)
    context = {"subject": mail.subject, "body": mail.body}
    return write(Message(pk=7, kind=kind, key=f"example:{prefix}", address=address), context)
