"""Django for pages, and beside it the streams that tell open pages of changes."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")
django = get_asgi_application()

from als_project.live.stream import beside  # noqa: E402 — the apps must be ready first

application = beside(django)
