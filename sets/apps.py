from django.apps import AppConfig


class SetsConfig(AppConfig):
    name = "sets"
    verbose_name = "Learning sets"

    def ready(self) -> None:
        from als_project.live import services as live
        from sets.live import may_listen

        live.guard("set", may_listen)
