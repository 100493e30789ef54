from celery import shared_task
from django.utils import timezone

from sessions.services import calendar_keeping, poll_prompting, prompting


@shared_task
def queue_prompts() -> None:
    prompting.queue_prompts(now=timezone.now())
    poll_prompting.queue_poll_messages(now=timezone.now())
    calendar_keeping.queue_calendars(now=timezone.now())
