"""The Celery application. Tasks carry ids only: a broker's payload is no place for what people say."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")

app = Celery("als_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
