"""What every test may use: the standing cast. Messages leave at any hour, save where a test asks for quiet."""

import pytest
from django.apps import apps
from django.conf import settings

# Journeys and browser tests drive real processes from outside and run without Django (`-p no:django`).
if apps.ready:
    from tests.cast import *  # noqa: F403

    # Pages are tested without collected files: a test client would look through all of them each time it is made.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")


@pytest.fixture(autouse=True)
def any_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    if settings.configured:
        monkeypatch.setattr(settings, "QUIET_HOURS", "")
