"""What a person wants to be sent, and when: what they chose, and the change of it."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from als_project.outbox import quiet
from als_project.outbox.kinds import WEEKLY_MESSAGE, MessageKind, all_kinds, kind_called
from als_project.outbox.models import Hours, How, Preference
from als_project.users.models import User


@dataclass(frozen=True)
class Wishes:
    """`how` names only what a person can choose about. Times are minutes after midnight; equal ones mean no quiet."""

    how: dict[str, str]
    quiet_from: int
    quiet_until: int
    most_a_week: int


def kinds_of_choice() -> list[MessageKind]:
    """The optional kinds, by title; the weekly message itself last."""
    kinds = [kind for name in all_kinds() if (kind := kind_called(name)) and not kind.needed]
    return sorted(kinds, key=lambda kind: (kind.name == WEEKLY_MESSAGE, kind.called))


def needed_kinds() -> list[MessageKind]:
    return sorted((k for name in all_kinds() if (k := kind_called(name)) and k.needed), key=lambda kind: kind.called)


def wishes_of(user: User) -> Wishes:
    """What was never chosen is as the site has it."""
    chosen = dict(Preference.objects.filter(user=user).values_list("kind", "how"))
    hours = Hours.objects.filter(user=user).first()
    usual = quiet.of_the_site()
    return Wishes(
        how={kind.name: chosen.get(kind.name, How.AT_ONCE) for kind in kinds_of_choice()},
        quiet_from=hours.quiet_from if hours else usual.quiet_from,
        quiet_until=hours.quiet_until if hours else usual.quiet_until,
        most_a_week=hours.most_a_week if hours else settings.MOST_MESSAGES_A_WEEK,
    )


@transaction.atomic
def wish(*, by: User, wishes: Wishes) -> None:
    """From now on messages to the person leave as they wish; also those that wait already."""
    choosable = {kind.name for kind in kinds_of_choice()}
    for name, how in wishes.how.items():
        if name in choosable:
            Preference.objects.update_or_create(user=by, kind=name, defaults={"how": how})
    Hours.objects.update_or_create(
        user=by,
        defaults={
            "quiet_from": wishes.quiet_from,
            "quiet_until": wishes.quiet_until,
            "most_a_week": wishes.most_a_week,
        },
    )
