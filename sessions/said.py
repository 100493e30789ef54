"""The stages of a session, and what was captured under them, for one reader."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from als_project.db import decrypted
from als_project.listed import Listed
from als_project.users.models import User
from als_project.written_once import written_once
from sessions.enums import ContributionKind
from sessions.models import Contribution, Session, Slot, Stage


class Words(NamedTuple):
    """A contribution as it is read."""

    pk: int
    kind: str
    text: str
    author_id: int | None
    # By name: nobody, once they have left with all that was theirs; and who wrote it down for them.
    author: str | None
    written_by: str | None
    # When, as the database writes it.
    landed_at: str | None
    withdrawn_at: str | None
    redacted_at: str | None
    # Whose it is, and as what it was said where that could be several things.
    said_by: str
    # The reader's own.
    is_own: bool

    @property
    def is_plain(self) -> bool:
        """Said by who wrote it down, and as it was: most are, and long lists ask nothing more of them."""
        marks = self.written_by or self.landed_at or self.withdrawn_at or self.redacted_at
        return self.author_id is not None and not marks


def stages_with_topics(session: Session) -> list[Stage]:
    """All of them, also those that run beside others; each knows its slot, topic and three."""
    stages = _stages(session)
    slots = slots_of(stages)
    for slot in slots:
        slot.session = session
    # Asked for apart, because hardly any session has them.
    prefetch_related_objects([slot for slot in slots if slot.three_id], "three__people")
    prefetch_related_objects([slot for slot in slots if slot.offered_to_id], "offered_to__member")
    return stages


@written_once
def _stages(session: Session) -> QuerySet[Stage]:
    return Stage.objects.filter(session=session).select_related("slot__presenter", "slot__bid__topic")


def slots_of(stages: Iterable[Stage]) -> list[Slot]:
    """All of a session, in their order: each has a stage at least."""
    slots = {stage.slot.pk: stage.slot for stage in stages if stage.slot}
    return sorted(slots.values(), key=lambda slot: slot.position)


def said_where(reader: User, *also: str, **where: Any) -> Listed:
    """What this reader finds there, in order, for `words_of`, and these fields `also`.

    A presenter does not find what is kept for later, and nobody what was said in a three while they did not sit in it.
    That the reader may read the session is asked before.
    """
    own = {name: name for name in (*Words._fields, *also) if name not in ("said_by", "is_own")}
    rows = Contribution.objects.filter(**where).heard_by(reader)
    return Listed(rows, **own | {"author": "author__name", "written_by": "written_by__name"})


def words_of(rows: list[dict[str, Any]], captures: list[str], reader: User) -> list[Words]:
    """The rows of a stage that captures these kinds of words."""
    me = reader.pk
    kinds = {row["kind"] for row in rows} if len(captures) > 1 else set()
    as_what = {kind: f": {ContributionKind(kind).label}" for kind in kinds}
    return [
        Words(
            **row | {"text": decrypted(row["text"])},
            said_by=(row["author"] or _("Somebody who has left")) + as_what.get(row["kind"], ""),
            is_own=row["author_id"] == me,
        )
        for row in rows
    ]
