from django.apps import AppConfig


class GroundConfig(AppConfig):
    """The keys of what people say: making one, and rewriting every row under the newest."""

    name = "als_project.ground"
