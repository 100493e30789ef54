from celery import shared_task
from django.utils import timezone

from sets.services import weekly


@shared_task
def queue_weekly_views() -> None:
    while weekly.queue_weekly_views(now=timezone.now()) >= weekly.A_TIME:
        pass
