"""Changes to a person's own account."""

from datetime import datetime

from als_project.users.models import SignIn, User
from als_project.users.sign_ins import fingerprint


def change_account(*, by: User, name: str, time_zone: str) -> None:
    """From now on the person is called `name`, and sees times in `time_zone`."""
    by.name = name
    by.time_zone = time_zone
    by.save(update_fields=["name", "time_zone"])


def sign_out_elsewhere(*, by: User, here: str) -> None:
    """Only the device of the session with the key `here` stays signed in as this person."""
    by.sign_ins.exclude(session_key=fingerprint(here)).delete()


def forget_old_sign_ins(*, now: datetime) -> None:
    """Rows whose time is over are gone: nobody needs to know who once was signed in."""
    SignIn.objects.filter(expire_date__lte=now).delete()
