"""The usual way, for comparison: one Celery task a message, each with a connection of its own.

A Celery application: `celery -A benchmarks.messages.one_each worker --queues benchmark`. The queue is its own: what
else waits in the broker would be done with these messages.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

from als_project.celery import app

__all__ = ["QUEUE", "app", "send_one"]
QUEUE = "benchmark"


@app.task(queue=QUEUE)
def send_one(pk: int) -> None:
    import smtplib

    from django.conf import settings
    from django.utils import timezone

    from als_project.outbox.models import Message
    from als_project.outbox.writing import write
    from benchmarks.messages.ways import Bench

    message = Message.objects.select_related("to").get(pk=pk)
    letter = write(message, Bench().context(message) or {})
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as connection:
        connection.sendmail(settings.DEFAULT_FROM_EMAIL, letter.to, letter.as_bytes())
    Message.objects.filter(pk=pk).update(sent_at=timezone.now())
