"""Who took part hears once that the record is ready; what it says leads there and no further."""

from collections.abc import Callable

import pytest

from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.outbox.writing import write
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import Presence
from sessions.models import Attendance, Session
from sets.models import Membership
from tests.factories import end, join, make_user, publish_rules
from tests.sessions.acts import told
from tests.sessions.room_acts import START, close

READY = "sessions.record_ready"


@pytest.fixture
def there(choosing: Session, asha: User, ben: User, gita: User) -> Session:
    """Asha was there and Ben was late; Dev was absent."""
    dev = make_user("Dev")
    join(choosing.learning_set, dev)
    for person, presence in [(asha, Presence.PRESENT), (ben, Presence.LATE), (dev, Presence.ABSENT)]:
        Attendance.objects.update_or_create(session=choosing, user=person, defaults={"presence": presence})
    return choosing


def ready_for(person: str) -> Message:
    return Message.objects.get(kind=READY, to__name=person)


def reason(message: Message) -> object:
    kind = kind_called(READY)
    assert kind
    return kind.context(message)


def test_those_who_took_part_are_told_once(there: Session, gita: User) -> None:
    Attendance.objects.filter(user=gita).delete()
    close(there, gita, now=START)
    with pytest.raises(Refused):
        close(there, gita, now=START)
    assert told(READY) == ["Asha", "Ben"]


def test_who_left_meanwhile_is_not_told(there: Session, gita: User, memberships: dict[str, Membership]) -> None:
    Attendance.objects.filter(user=gita).delete()
    end(memberships["Ben"])
    close(there, gita, now=START)
    assert told(READY) == ["Asha"]


@pytest.mark.parametrize("change", [end, lambda membership: publish_rules(membership.learning_set)])
def test_it_is_gone_for_who_may_not_read_it_any_more(
    there: Session, gita: User, memberships: dict[str, Membership], change: Callable[[Membership], object]
) -> None:
    close(there, gita, now=START)
    message = ready_for("Asha")
    assert reason(message) is not None
    change(memberships["Asha"])
    assert reason(message) is None


def test_it_says_the_day_and_leads_there(there: Session, gita: User) -> None:
    close(there, gita, now=START)
    message = ready_for("Asha")
    mail = write(message, reason(message))  # type: ignore[arg-type]
    assert mail.subject.startswith("The record of ")
    assert f"\nhttp://testserver/sessions/{there.pk}/\n" in mail.body
    headlines = there.bids.values_list("topic__headline", flat=True)
    assert [headline for headline in headlines if headline in mail.as_bytes().decode()] == []
    assert len(headlines) == 2
