"""The admin, with what the product itself puts into it."""

from typing import Any

from django.contrib.admin import AdminSite

OUR_OWN = ("als_project", "sets", "sessions", "actions")


class OurAdmin(AdminSite):
    """Libraries bring pages that write people's addresses and second factors: whoever writes those signs in as anybody.

    So what a library registers stays out, whatever the next one brings.
    """

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if admin_class and admin_class.__module__.split(".")[0] in OUR_OWN:
            super().register(model_or_iterable, admin_class, **options)
