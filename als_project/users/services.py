"""Changes to a person's own account."""

from als_project.users.models import User


def change_account(*, by: User, name: str, time_zone: str) -> None:
    """From now on the person is called `name`, and sees times in `time_zone`."""
    by.name = name
    by.time_zone = time_zone
    by.save(update_fields=["name", "time_zone"])
