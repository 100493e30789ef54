"""The product's Celery application on a machine whose clock may be set: by so many seconds as a file says."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

from django.utils import timezone

from als_project.celery import app

__all__ = ["app"]

CLOCK = Path(os.environ["FAULTS_CLOCK"])


def now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(CLOCK.read_text()))


timezone.now = now  # type: ignore[assignment]
app.now = now
