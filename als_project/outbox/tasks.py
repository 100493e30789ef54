from celery import shared_task
from django.utils import timezone

from als_project.outbox import services


@shared_task
def send_due() -> None:
    while services.send_due(now=timezone.now()):
        pass
