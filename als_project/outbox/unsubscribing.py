"""Turning off one kind of message from the message itself (RFC 8058). The link is signed for one person and kind."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from als_project.outbox.kinds import MessageKind, kind_called
from als_project.outbox.models import How, Message, Preference
from als_project.users.models import User

signer = Signer(salt="outbox.unsubscribing", sep=".")


class NoSuchLink(Exception):
    """Not made by us, or its person or kind is gone."""


def address_of(message: Message) -> str:
    return f"{settings.SITE_URL}{reverse('outbox:off', args=[signer.sign(f'{message.to_id}.{message.kind}')])}"


def read(token: str) -> tuple[User, MessageKind]:
    """Whom a link is for, and what it turns off. Raises NoSuchLink."""
    try:
        person, _, name = signer.unsign(token).partition(".")
    except BadSignature as error:
        raise NoSuchLink from error
    user, kind = User.objects.filter(pk=person, is_active=True).first(), kind_called(name)
    if user is None or kind is None:
        raise NoSuchLink
    return user, kind


def turn_off(*, user: User, kind: MessageKind) -> None:
    """No message of this kind leaves to the person any more, also none that waits. Twice is as good as once."""
    if not kind.needed:
        Preference.objects.update_or_create(user=user, kind=kind.name, defaults={"how": How.NEVER})


def is_off(*, user: User, kind: MessageKind) -> bool:
    return Preference.objects.filter(user=user, kind=kind.name, how=How.NEVER).exists()
