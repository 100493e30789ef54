"""The channel of a set: its open pages hear that something changed, and end with their reader's membership."""

from als_project.live import services as live
from sets.models import Membership


def channel_of(set_id: int) -> str:
    return f"set:{set_id}"


def may_listen(person_id: int, channel: str) -> bool:
    """The present people of the set: what they hear has no content."""
    set_id = int(channel.partition(":")[2])
    return Membership.objects.present().filter(learning_set=set_id, user=person_id).exists()


def tell(set_id: int) -> None:
    """Once this transaction is committed, every open page of the set looks again."""
    live.tell(channel_of(set_id))


def send_off(membership: Membership) -> None:
    """Once this transaction is committed, the pages that this person has open are closed."""
    live.dismiss(membership.user_id, channel_of(membership.learning_set_id))
