"""Sets in which every confidential field says something unmistakable."""

from typing import Any

from django.utils import timezone

from actions.models import Action, LogEntry, ReportBack
from als_project.ground.rotation import encrypted_fields
from als_project.inbox.models import MailedReply
from als_project.outbox.models import How, Preference
from sessions.enums import Reply, SlotState
from sessions.models import (
    Attendance,
    Ballot,
    BallotPaper,
    Contribution,
    Preparation,
    PrivateNote,
    Review,
    Session,
)
from sets.models import LearningSet
from tests.factories import (
    join,
    make_action,
    make_bid,
    make_closed_session,
    make_session,
    make_set,
    make_slot,
    make_stage,
    make_user,
    publish_rules,
)

MARK = "zibeline"
# The presenter's own mail greets them; nobody else's names them.
PRESENTER, PRESENTER_MARKS = "Ondine Quillfeather", ("ondine", "quillfeather")
SEALED = "outbox.Message.sealed"  # the code itself, or the like: that is what its message is for


def said(where: str) -> str:
    return f"{MARK} {where} {MARK}"


def mark_everything() -> None:
    """Every confidential field there is says so, in every row."""
    for field in confidential_fields():
        field.model._base_manager.update(**{field.name: said(label(field))})


def confidential_fields() -> list[Any]:
    return [field for field in encrypted_fields() if label(field) != SEALED]


def label(field: Any) -> str:
    return f"{field.model._meta.label}.{field.name}"


class Stage:
    """The people, and a set of them for each scene."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.gita, self.ben, self.dev = (make_user(name) for name in ("Gita", "Ben", "Dev"))
        self.presenter = make_user(PRESENTER, email="ondine.quillfeather@example.org")
        self.weekly = make_user("Wendy")
        Preference.objects.create(user=self.weekly, kind="sessions.turn_answered", how=How.WEEKLY)

    def a_set(self, name: str, *, rules: bool = True, **fields: Any) -> LearningSet:
        learning_set = make_set(name, **fields)
        people = [join(learning_set, self.gita, facilitates=True)]
        people += [join(learning_set, person) for person in (self.presenter, self.ben, self.dev)]
        if rules:
            publish_rules(learning_set, agreed_by=people)
        mark_everything()
        return learning_set

    def met(self, learning_set: LearningSet) -> Action:
        """The set has met, and all that can be said in a session was said; the presenter's action is open."""
        session = make_closed_session(learning_set)
        slot = make_slot(session, self.presenter, state=SlotState.HEARD)
        stage = make_stage(
            session,
            slot=slot,
            key="commit",
            captures=["action"],
            started_at=session.opened_at,
            ended_at=session.closed_at,
        )
        Contribution.objects.create(stage=stage, author=self.ben, kind="suggestion", text=said("contribution"))
        Attendance.objects.create(session=session, user=self.dev, reply=Reply.APOLOGIES, reason=said("reason"))
        for model in (Preparation, PrivateNote, Review):
            model.objects.create(session=session, author=self.presenter)
        BallotPaper.objects.create(ballot=Ballot.objects.create(session=session), voter=self.ben, marks="{}")
        action = make_action(session, self.presenter, slot=slot)
        other = make_action(session, self.presenter)
        ReportBack.objects.create(action=other, author=self.presenter, session=session, state="open", did="x")
        LogEntry.objects.create(author=self.presenter, text=said("log"))
        drafts = {"kind": "actions.report_back_reminder", "about": session.pk, "text": said("reply")}
        MailedReply.objects.create(mail_key=f"reply {session.pk}", writer=self.presenter, **drafts)
        mark_everything()
        return action

    def ahead(self, name: str, *, days: float, **fields: Any) -> Session:
        """A session to come, of a set of its own, to which the presenter has offered a topic."""
        session = make_session(self.a_set(name, **fields), days=days)
        make_bid(session, self.presenter)
        mark_everything()
        return session
