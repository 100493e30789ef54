"""The process that serves pages."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

application = get_wsgi_application()
# The views, now rather than for the first visitor, and once for all processes that part from this one: they share what
# they leave as it is. It stays as long as they do: Python need not go through it again and again in search of what
# could be freed, while people wait for a tenth of a second.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
