from celery import shared_task
from django.utils import timezone

from als_project.inbox import services


@shared_task
def forget_old() -> None:
    services.forget_old(now=timezone.now())
