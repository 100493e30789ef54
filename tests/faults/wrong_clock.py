"""The product's Celery application on a machine whose clock is set back."""

import os
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

from django.utils import timezone

from als_project.celery import app

__all__ = ["app"]

WRONG_BY = timedelta(seconds=float(os.environ["FAULTS_CLOCK_SECONDS"]))


def now() -> datetime:
    return datetime.now(UTC) + WRONG_BY


timezone.now = now  # type: ignore[assignment]
