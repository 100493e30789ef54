"""The process that serves pages."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver
from django.utils.formats import get_format
from django.utils.translation import gettext, override

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

application = get_wsgi_application()


def get_ready() -> None:
    """What Django looks up for its first visitor, now rather than while somebody waits: views, tags, addresses, words.

    And once for all processes that part from this one: they share what they leave as it is.
    """
    import_module(settings.ROOT_URLCONF)
    engines.all()
    with override(settings.LANGUAGE_CODE):
        list(get_resolver().reverse_dict)
        gettext("Home")
        get_format("DATE_FORMAT")


get_ready()
# All of it stays as long as the process does: Python need not go through it again and again in search of what could be
# freed, while people wait for a tenth of a second.
gc.collect()
gc.freeze()
