from celery import shared_task
from django.utils import timezone

from als_project.users import services


@shared_task
def forget_old_sign_ins() -> None:
    services.forget_old_sign_ins(now=timezone.now())
