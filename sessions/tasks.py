from celery import shared_task
from django.conf import settings
from django.utils import timezone

from sessions.services import calendar_keeping, calendar_replies, forgetting, poll_prompting, prompting, quorum


@shared_task
def queue_prompts() -> None:
    quorum.queue_below_minimum(now=timezone.now())
    prompting.queue_prompts(now=timezone.now())
    poll_prompting.queue_poll_messages(now=timezone.now())
    calendar_keeping.queue_calendars(now=timezone.now())


@shared_task
def delete_notes() -> None:
    forgetting.delete_notes(now=timezone.now())


@shared_task
def read_mailbox() -> None:
    if settings.IMAP_URL:
        calendar_replies.read_mailbox(now=timezone.now())
