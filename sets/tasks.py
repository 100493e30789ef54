from celery import shared_task
from django.utils import timezone

from sets.services import going_on, weekly


@shared_task
def queue_weekly_views() -> None:
    while weekly.queue_weekly_views(now=timezone.now()) >= weekly.A_TIME:
        pass


@shared_task
def let_facilitation_end() -> None:
    going_on.let_facilitation_end(now=timezone.now())
