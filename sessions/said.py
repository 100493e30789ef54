"""The stages of a session, and what was captured under them, for one reader."""

from django.db.models import QuerySet

from als_project.users.models import User
from als_project.written_once import written_once
from sessions.models import Contribution, Session, Stage
from sessions.threes import is_in_three


def stages_with_topics(session: Session) -> list[Stage]:
    """All of them, also those that run beside others; each knows its slot, topic and three."""
    stages = _stages(session)
    for stage in stages:
        if stage.slot:
            stage.slot.session = session
    return stages


@written_once
def _stages(session: Session) -> QuerySet[Stage]:
    stages = Stage.objects.filter(session=session).with_threes()
    return stages.select_related("slot__presenter", "slot__bid__topic", "slot__freed_from", "slot__three")


def by_stage(stages: list[Stage], reader: User) -> list[tuple[Stage, list[Contribution]]]:
    """What was captured under each of these stages, in order; stages without words are left out.

    A presenter does not find what is kept for later, and nobody what was said in a three while they did not sit in it.
    That the reader may read the session is asked before.
    """
    stages = [stage for stage in stages if is_in_three(stage, reader)]
    words: dict[int, list[Contribution]] = {}
    for contribution in _said(stages, reader):
        words.setdefault(contribution.stage_id, []).append(contribution)
    return [(stage, words[stage.pk]) for stage in stages if stage.pk in words]


@written_once
def _said(stages: list[Stage], reader: User) -> QuerySet[Contribution]:
    later, before = Contribution.objects.kept_for_later(reader), Contribution.objects.before_joining(reader)
    said = Contribution.objects.filter(stage__in=stages)
    said = said.exclude(pk__in=later.values("pk")).exclude(pk__in=before.values("pk"))
    return said.select_related("author", "written_by")
