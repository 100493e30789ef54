"""The rota as one person sees it: whose turn each session to come is, and what may be done about it."""

from dataclasses import dataclass

from als_project.users.models import User
from sessions.models import Session, TurnRequest
from sessions.services.rota import in_turn
from sets.models import LearningSet, Membership


@dataclass(frozen=True)
class Turn:
    """`holder` is None where nobody has it, or whoever had it has left."""

    session: Session
    holder: User | None
    request: TurnRequest | None
    reader: User

    @property
    def is_mine(self) -> bool:
        return self.holder == self.reader

    @property
    def asks_me(self) -> bool:
        return self.request is not None and self.request.asked == self.reader

    @property
    def may_ask(self) -> bool:
        return self.request is None and self.holder is not None and self.session.is_scheduled


@dataclass(frozen=True)
class Rota:
    turns: list[Turn]
    # In a self-facilitated set: who would host next, and so on.
    order: list[User]


def rota_of(learning_set: LearningSet, reader: User) -> Rota:
    """Four queries, however many sessions are planned."""
    sessions = list(Session.objects.to_come().filter(learning_set=learning_set).select_related("facilitator"))
    requests = TurnRequest.objects.open().filter(session__in=sessions).with_sessions()
    asked = {request.session_id: request for request in requests}
    present = set(Membership.objects.present().filter(learning_set=learning_set).values_list("user", flat=True))
    turns = [
        Turn(
            session=session,
            holder=session.facilitator if session.facilitator_id in present else None,
            request=asked.get(session.pk),
            reader=reader,
        )
        for session in sessions
    ]
    return Rota(turns, in_turn(learning_set) if learning_set.is_self_facilitated else [])
