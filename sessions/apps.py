from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """The app is called `sessions`, its label `als_sessions`: Django's own sessions hold the plain label."""

    name = "sessions"
    label = "als_sessions"
    verbose_name = "Sessions"
