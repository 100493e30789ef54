from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Tells open pages that something changed. Keeps no rows."""

    name = "als_project.live"
