"""Everything that the database holds, to show that something changed nothing."""

from typing import Any

from django.apps import apps


def every_row() -> dict[str, list[tuple[Any, ...]]]:
    """Each table's rows, with all their columns."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
    }
