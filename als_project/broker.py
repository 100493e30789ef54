"""The embedded broker is a folder of files. What a full disk or a crash left half-written in it is cleared away.

Nothing is lost by it: a file there only rings a bell, and what is to be done stands in the database.
"""

import json
import logging
import shutil
from contextlib import suppress
from pathlib import Path

from celery.signals import beat_init, celeryd_init
from django.conf import settings

log = logging.getLogger(__name__)

ROOM = 1_000_000  # bytes; with less, a broker of files stands still


@celeryd_init.connect
@beat_init.connect
def clear_away_what_is_broken(**_: object) -> None:
    """A worker that meets such a file ends at once, each time it is started anew."""
    if settings.REDIS_URL:
        return
    broken = [path for path in Path(settings.BROKER_DIR).rglob("*") if path.is_file() and not _is_whole(path)]
    for path in broken:
        with suppress(FileNotFoundError):
            path.unlink()
    if shutil.disk_usage(settings.BROKER_DIR).free < ROOM:
        log.error("The disk is full: the worker can't be woken, and nothing is sent. Make room; nothing is lost.")
    if broken:
        log.warning("%d half-written files of the broker were cleared away.", len(broken))


def _is_whole(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return True  # somebody has taken it up meanwhile
    except ValueError:
        return False
    return True
