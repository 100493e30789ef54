"""A Celery application whose worker can be told to stand still, as one does after some broken connections."""

import os
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

from celery.worker.control import control_command

from als_project.celery import app

__all__ = ["app"]


@control_command()
def stand_still(state: Any) -> None:
    time.sleep(3600)
