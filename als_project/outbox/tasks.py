import time

from celery import shared_task
from django.utils import timezone

from als_project.outbox import services
from als_project.outbox.carrier import Carrier

# A worker with a long queue makes room for other tasks after so many seconds, and rings for the rest.
LONGEST_RUN = 60


@shared_task
def send_due() -> None:
    started = time.monotonic()
    with Carrier() as carrier:
        while services.send_due(now=timezone.now(), carrier=carrier):
            if time.monotonic() - started > LONGEST_RUN:
                services.ring()
                return
