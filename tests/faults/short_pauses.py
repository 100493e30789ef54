"""The product's Celery application with pauses of seconds where it waits for minutes."""

import os
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

from als_project.celery import app

__all__ = ["app"]


@app.on_after_finalize.connect
def shorten(**_: object) -> None:
    from django.conf import settings

    from als_project.outbox import ends, mail_server

    pause = timedelta(seconds=float(os.environ["FAULTS_PAUSE_SECONDS"]))
    ends.FIRST_PAUSE, ends.LONGEST_PAUSE = pause, pause * 4
    mail_server.FIRST_PAUSE, mail_server.LONGEST_PAUSE = pause, pause * 4
    settings.EMAIL_TIMEOUT = settings.EMAIL_TIMEOUT_AT_END = 1
