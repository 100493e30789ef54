from celery import shared_task
from django.utils import timezone

from actions.services import reminding, supporting


@shared_task
def queue_reminders() -> None:
    """What is due about actions: reminders before a session, and word to owners whose supporter has left."""
    now = timezone.now()
    reminding.queue_reminders(now=now)
    supporting.tell_of_leavers(now=now)
