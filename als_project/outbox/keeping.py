"""How long the outbox remembers."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from als_project.outbox.models import Message, RefusedAddress

A_TIME = 1000


def forget_old(*, now: datetime) -> int:
    """What was settled longer ago than `settings.KEEP_SENT_DAYS` is gone. Little by little: no long lock.

    An address that took nothing so long ago is tried again; perhaps nobody has it any more.
    """
    before = now - timedelta(days=settings.KEEP_SENT_DAYS)
    RefusedAddress.objects.filter(refused_at__lt=before).delete()
    return sum(_forget(Q(**{f"{field}__lt": before})) for field in ("sent_at", "dropped_at", "parked_at"))


def _forget(old: Q) -> int:
    gone = 0
    while pks := list(Message.objects.filter(old).order_by().values_list("pk", flat=True)[:A_TIME]):
        Message.objects.filter(pk__in=pks).delete()
        gone += len(pks)
    return gone
