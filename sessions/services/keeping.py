"""What a presenter does with the words on their topic: marks what landed, and takes out what must not stay."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import Contribution, Stage
from sessions.permissions import is_about_topic_of
from sessions.services.holding import hold
from sessions.services.stirring import stir


class NotAboutYours(Refused):
    """Another one's topic, or words that are not to be read yet."""


class ListensStill(Refused):
    """Their topic is in a stage in which they listen: what they make of it comes afterwards."""


class NotThere(Refused):
    """The words are not in the entry, or it was withdrawn."""


@transaction.atomic
def mark_landed(*, contribution: Contribution, by: User, landed: bool, now: datetime) -> Contribution:
    """The entry carries the presenter's mark, or no longer does. Raises NotAboutYours, ListensStill, NotThere."""
    held = _held(contribution, by)
    held.landed_at = (held.landed_at or now) if landed else None
    return _saved(held, "landed_at")


@transaction.atomic
def withdraw_words(*, contribution: Contribution, by: User, now: datetime) -> Contribution:
    """The words are gone for good; that there were some stays, “withdrawn by the presenter”.

    Raises NotAboutYours, ListensStill, NotThere.
    """
    held = _held(contribution, by)
    held.text, held.withdrawn_at, held.landed_at = "", now, None
    return _saved(held, "text", "withdrawn_at", "landed_at")


@transaction.atomic
def redact(*, contribution: Contribution, by: User, words: str, now: datetime) -> Contribution:
    """Wherever `words` stood in the entry, a mark says that something was taken out; nothing is put into its place.

    Raises NotAboutYours, ListensStill, NotThere.
    """
    held = _held(contribution, by)
    words = words.strip()
    if not words or words not in held.text:
        raise NotThere(_("These words are not in the entry. Copy them exactly as they stand."))
    held.text = held.text.replace(words, pgettext("in place of words taken out", "[taken out]"))
    held.redacted_at = now
    return _saved(held, "text", "redacted_at")


def _held(contribution: Contribution, by: User) -> Contribution:
    hold(contribution.stage.session)
    rows = Contribution.objects.select_for_update(of=("self",)).select_related("stage__slot", "stage__session")
    held = rows.filter(pk=contribution.pk).first()
    if held is None:
        raise NotThere(_("What was said in this session has been deleted, as the set had agreed."))
    if not is_about_topic_of(held, by) or Contribution.objects.kept_for_later(by).filter(pk=held.pk).exists():
        raise NotAboutYours(_("Only the presenter of a topic decides about the words on it."))
    if _listens_now(held):
        raise ListensStill(_("You are in listening mode. Take in what is offered; decide about it when you answer."))
    if held.withdrawn_at is not None:
        raise NotThere(_("This was withdrawn already."))
    return held


def _listens_now(held: Contribution) -> bool:
    listening = Stage.objects.going_on().filter(slot=held.stage.slot, presenter_listens=True)
    return held.stage.session.is_running and listening.exists()


def _saved(held: Contribution, *fields: str) -> Contribution:
    held.save(update_fields=list(fields))
    stir(held.stage.session_id)
    return held
