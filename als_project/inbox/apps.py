from django.apps import AppConfig


class InboxConfig(AppConfig):
    """What people write back to our messages: theirs alone until they send it themselves."""

    name = "als_project.inbox"

    def ready(self) -> None:
        from als_project.inbox import emails  # noqa: F401  # registers its message
