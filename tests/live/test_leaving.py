"""Who leaves or is removed loses the stream within two seconds, and can't come back to it."""

import pytest
from django.utils import timezone

from als_project.live import services as live
from als_project.users.models import User
from sets.models import Membership
from sets.services import belonging
from tests.live.servers import wait_until
from tests.live.streams import Pages

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_is_removed_loses_every_stream_within_two_seconds(
    pages: Pages, gita: User, asha: User, ben: User, memberships: dict[str, Membership], channel: str
) -> None:
    theirs = [pages.open(ben, channel), pages.open(ben, channel)]
    others = pages.open(asha, channel)
    belonging.remove(membership=memberships["Ben"], by=gita, now=timezone.now())
    wait_until(lambda: all(stream.has_ended for stream in theirs), seconds=2)
    assert [stream.events[-1] for stream in theirs] == ["dismissed", "dismissed"]
    assert pages.open(ben, channel).status == 404
    assert (others.has_ended, others.count("dismissed")) == (False, 0)


def test_who_leaves_loses_the_stream_within_two_seconds(
    pages: Pages, asha: User, memberships: dict[str, Membership], channel: str
) -> None:
    stream = pages.open(asha, channel)
    belonging.leave(membership=memberships["Asha"], by=asha, now=timezone.now())
    wait_until(lambda: stream.has_ended, seconds=2)
    assert stream.events[-1] == "dismissed"
    assert pages.open(asha, channel).status == 404


def test_a_dismissal_ends_the_streams_of_that_channel_alone(
    pages: Pages, asha: User, stranger: User, channel: str
) -> None:
    other = f"set:{Membership.objects.get(user=stranger).learning_set_id}"
    here, there = pages.open(asha, channel), pages.open(stranger, other)
    live.dismiss(stranger.pk, channel)
    live.dismiss(asha.pk, channel)
    here.hears("dismissed")
    assert (there.has_ended, there.count("dismissed")) == (False, 0)
