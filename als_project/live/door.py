"""Who may listen. The database is asked once, in the door's own thread, and let go before the stream begins."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from importlib import import_module
from threading import Lock

from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, connections
from django.http import HttpRequest, parse_cookie

from als_project.live.passes import Pass

log = logging.getLogger(__name__)

MayListen = Callable[[int, str], bool]
_guards: dict[str, MayListen] = {}


def guard(kind: str, may_listen: MayListen) -> None:
    """An app says at `ready()` who may listen to its channels: `may_listen(person_id, "set:12")`."""
    _guards[kind] = may_listen


class Door:
    """One thread, so one database connection at most; closed whenever nobody waits."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-door")
        self._waiting = 0
        self._counting = Lock()

    async def answer(self, asked: Pass, cookies: str) -> HTTPStatus:
        with self._counting:
            self._waiting += 1
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._look, asked, cookies)

    def _look(self, asked: Pass, cookies: str) -> HTTPStatus:
        try:
            return answer(asked, cookies)
        except DatabaseError:
            log.warning("Nobody can be let in to listen: the database does not answer.")
            return HTTPStatus.SERVICE_UNAVAILABLE
        finally:
            with self._counting:
                self._waiting -= 1
                nobody_waits = self._waiting == 0
            if nobody_waits:
                connections.close_all()

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def answer(asked: Pass, cookies: str) -> HTTPStatus:
    """403 for a pass that is not the signed-in person's; 404 where they may not listen (any more)."""
    if person_signed_in(cookies) != asked.person:
        return HTTPStatus.FORBIDDEN
    may_listen = _guards.get(asked.channel.partition(":")[0])
    if may_listen is None or not may_listen(asked.person, asked.channel):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.OK


def person_signed_in(cookies: str) -> int | None:
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    return user.pk if user.is_authenticated else None
