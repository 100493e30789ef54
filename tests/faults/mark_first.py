"""The protection switched off, to show that the tests would see a loss: messages are noted as sent when claimed.

Run as the worker's Celery application: `celery -A tests.faults.mark_first worker`.
"""

import os
from datetime import datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

from als_project.celery import app

__all__ = ["app"]


def claim_and_mark(*, now: datetime) -> list[object]:
    from als_project.outbox.models import Message

    claimed = protected(now=now)
    Message.objects.filter(pk__in=[message.pk for message in claimed]).update(sent_at=now)
    return claimed


@app.on_after_finalize.connect
def switch_off(**_: object) -> None:
    global protected
    from als_project.outbox import sending

    protected = sending.claim
    sending.claim = claim_and_mark  # type: ignore[assignment]
