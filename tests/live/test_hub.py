"""The hub by itself, where a moment matters that no socket can hit."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from als_project.live.bus import LocalBus
from als_project.live.hub import Hub
from als_project.live.listener import BEAT, CHANGED, DISMISSED
from als_project.live.passes import Pass


def within_a_loop(story: Callable[[Hub], Awaitable[None]]) -> None:
    async def whole() -> None:
        hub = Hub(LocalBus())
        await story(hub)
        hub.door.close()

    asyncio.run(whole())


class Written(list[bytes]):
    """Stands for the server's end of a stream: takes what is sent, until it has to wait."""

    waits = False

    async def send(self, event: Any) -> None:
        if self.waits:
            await asyncio.Event().wait()
        self.append(event["body"])


def test_changes_of_one_moment_are_told_once() -> None:
    async def story(hub: Hub) -> None:
        written = Written()
        with hub.listening(Pass(1, "set:1"), written.send) as listener:
            hub.let_in(listener)
            for _ in range(100):
                hub.hear("changed set:1")
            await asyncio.sleep(0)
            assert written[1:] == [CHANGED["body"]]

    within_a_loop(story)


def test_who_is_dismissed_at_the_door_hears_nothing_else() -> None:
    async def story(hub: Hub) -> None:
        written = Written()
        with hub.listening(Pass(1, "set:1"), written.send) as listener:
            hub.hear("dismissed set:1 1")
            assert written == []
            hub.let_in(listener)
            hub.hear("changed set:1")
            await asyncio.sleep(0)
            assert written == [DISMISSED["body"]]
            assert hub.people_on("set:1") == frozenset()

    within_a_loop(story)


def test_nobody_is_told_anything_before_the_door_has_let_them_in() -> None:
    async def story(hub: Hub) -> None:
        written = Written()
        with hub.listening(Pass(1, "set:1"), written.send) as listener:
            hub.hear("changed set:1")
            await asyncio.sleep(0)
            listener.tell(BEAT)
            assert (written, hub.people_on("set:1")) == ([], frozenset())

    within_a_loop(story)


def test_who_reads_nothing_is_cut_off_and_holds_up_nobody() -> None:
    async def story(hub: Hub) -> None:
        slow, quick = Written(), Written()
        slow_one = asyncio.create_task(listens(hub, 1, slow))
        quick_one = asyncio.create_task(listens(hub, 2, quick))
        await asyncio.sleep(0)
        slow.waits = True
        hub.hear("changed set:1")
        await asyncio.wait([slow_one], timeout=1)
        assert (slow_one.cancelled(), len(slow), len(quick)) == (True, 1, 2)
        assert hub.people_on("set:1") == {2}
        quick_one.cancel()

    async def listens(hub: Hub, person: int, written: Written) -> None:
        with hub.listening(Pass(person, "set:1"), written.send) as listener:
            hub.let_in(listener)
            await asyncio.Event().wait()

    within_a_loop(story)


def test_work_that_fails_is_logged_and_begins_again(caplog: pytest.LogCaptureFixture) -> None:
    async def story(hub: Hub) -> None:
        begun = []

        async def work() -> None:
            begun.append(1)
            if len(begun) == 1:
                raise RuntimeError
            await asyncio.Event().wait()

        hub.keep("trial", work)
        await asyncio.sleep(1.1)
        assert len(begun) == 2
        await hub.stop()

    within_a_loop(story)
    assert [record.getMessage() for record in caplog.records] == ["The live trial failed; it begins again."]
