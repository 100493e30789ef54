"""The process that serves pages."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

application = get_wsgi_application()
# The views, now rather than for the first visitor. What is loaded stays as long as the process: Python need not go
# through all of it again and again in search of what could be freed, while people wait for a tenth of a second.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
