"""Who may do what at a session. Each takes a present membership that is already loaded, with its set."""

from als_project.users.models import User
from sessions.models import Contribution, Session, Stage
from sessions.threes import is_in_three
from sets.models import Membership
from sets.permissions import looks_after, takes_part
from sets.processes import Who


def may_schedule(membership: Membership) -> bool:
    """Schedule, move and cancel: those who look after the set, until it has closed."""
    return looks_after(membership) and not membership.learning_set.is_closed


def may_read(session: Session, membership: Membership) -> bool:
    """What `SessionQuerySet.readable_by` says: agreed to the rules, and there at the time or let into the past.

    The membership comes `with_agreement()`.
    """
    in_time = session.closed_at is None or membership.joined_at <= session.closed_at
    return membership.may_read and (in_time or membership.learning_set.newcomers_read_past)


def may_prepare(membership: Membership) -> bool:
    """Prepare, and offer a topic: members. One who only facilitates brings none."""
    return takes_part(membership)


def may_run(session: Session, membership: Membership) -> bool:
    """Open, choose, move from stage to stage, close.

    Who looks after the set, who facilitates or hosts today, and to whom they have handed over.
    """
    runs = (session.facilitator_id, session.runner_id)
    return looks_after(membership) or (membership.is_present and membership.user_id in runs)


def is_asked_to_run(session: Session, membership: Membership) -> bool:
    return membership.is_present and session.asked_to_run_id == membership.user_id


def presents(stage: Stage, user: User) -> bool:
    """Theirs is the topic being worked on. The stage is loaded with its slot."""
    return stage.slot is not None and stage.slot.presenter_id == user.pk


def listens(stage: Stage, user: User) -> bool:
    """The presenter in listening mode: hears, does not speak or write to the set."""
    return stage.presenter_listens and presents(stage, user)


def may_speak(stage: Stage, membership: Membership) -> bool:
    """Whether they may ask for the word: not the presenter who listens, nor in a round, where everyone's turn comes."""
    if not is_in_three(stage, membership.user):
        return False
    match stage.speaks:
        case Who.EVERYONE | Who.MEMBERS_ASK:
            return membership.is_present and not listens(stage, membership.user)
        case Who.MEMBERS:
            return takes_part(membership) and not presents(stage, membership.user)
    return False


def may_move_round_on(session: Session, membership: Membership, speaker_id: int) -> bool:
    """Who runs the session, and whoever's turn it is."""
    return may_run(session, membership) or (membership.is_present and membership.user_id == speaker_id)


def may_write(stage: Stage, membership: Membership) -> bool:
    """Whether this person's words belong under the stage. One who only facilitates writes where everyone does."""
    if not membership.is_present or listens(stage, membership.user) or not is_in_three(stage, membership.user):
        return False
    match stage.writes:
        case Who.EVERYONE | Who.EVERYONE_IN_TURN:
            return True
        case Who.PRESENTER:
            return presents(stage, membership.user)
        case Who.MEMBERS:
            return takes_part(membership) and not presents(stage, membership.user)
        case Who.OWNERS:
            return takes_part(membership)
        case Who.SCRIBE:
            return stage.session.scribe_id == membership.user_id
    return False


def writes_for_others(session: Session, stage: Stage, membership: Membership) -> bool:
    """Who writes down what others say: the scribe, and who runs the session; not a presenter in listening mode.

    Where the stage is the scribe's, and there is one who may write, nobody else does. Of another three nobody does.
    """
    if not membership.is_present or listens(stage, membership.user) or not is_in_three(stage, membership.user):
        return False
    if stage.writes == Who.SCRIBE and session.scribe_id is not None and not _scribe_listens(session, stage):
        return session.scribe_id == membership.user_id
    return may_write_for_others(session, membership)


def _scribe_listens(session: Session, stage: Stage) -> bool:
    """The presenter is named to write for all: a mistake that leaves nobody to write what the others say."""
    return stage.presenter_listens and stage.slot is not None and stage.slot.presenter_id == session.scribe_id


def may_write_for_others(session: Session, membership: Membership) -> bool:
    """In most stages: the scribe, and who runs the session."""
    return membership.is_present and (session.scribe_id == membership.user_id or may_run(session, membership))


def may_be_quoted(stage: Stage, membership: Membership) -> bool:
    """Whose words somebody else may write down: those who could write themselves; in the scribe's stage any member."""
    if stage.writes == Who.SCRIBE:
        in_three = is_in_three(stage, membership.user)
        return in_three and takes_part(membership) and not listens(stage, membership.user)
    return may_write(stage, membership)


def is_about_topic_of(contribution: Contribution, user: User) -> bool:
    """The words were said on this presenter's topic. Loaded with stage and slot."""
    return presents(contribution.stage, user)
