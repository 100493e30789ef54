"""Of the scenes in `every_kind`, those that need a set and no session."""

from datetime import timedelta

from als_project.outbox import services as outbox
from sets.models import Membership
from sets.services import belonging, going_on, inviting, notes, ruling
from sets.services.closing import close_set, open_again
from tests.factories import end, join, make_set, make_user
from tests.outbox.marked import Stage, said

NOBODY = "nobody@refused.example.org"


def rules_changed(stage: Stage) -> None:
    learning_set = stage.a_set("Rules")
    rules = [("time", said("rule"))]
    proposal = ruling.propose(learning_set=learning_set, by=stage.gita, rules=rules, now=stage.now, seen=None)
    ruling.publish(ground_rules=proposal, by=stage.gita, now=stage.now, seen=proposal.changed_at)


def invitation(stage: Stage) -> None:
    learning_set = stage.a_set("Invited")
    inviting.invite(
        learning_set=learning_set, by=stage.gita, emails=["new@example.org"], as_facilitator=False, now=stage.now
    )


def handed_over(stage: Stage) -> None:
    learning_set = stage.a_set("Handed over")
    to = learning_set.memberships.get(user=stage.presenter)
    belonging.hand_over(learning_set=learning_set, by=stage.gita, to=to, now=stage.now)


def self_facilitated(stage: Stage) -> None:
    going_on.go_self_facilitated(learning_set=stage.a_set("By all"), by=stage.gita, now=stage.now)


def end_of_facilitation(stage: Stage) -> None:
    learning_set, day = stage.a_set("By all soon"), (stage.now + timedelta(days=9)).date()
    going_on.agree_on_day(learning_set=learning_set, by=stage.gita, day=day, now=stage.now)


def notes_agreed(stage: Stage) -> None:
    notes.agree_on_notes(learning_set=stage.a_set("Short"), by=stage.gita, months=3, now=stage.now)


def closed(stage: Stage) -> None:
    end = stage.now + timedelta(days=30)
    close_set(learning_set=stage.a_set("Closed"), by=stage.gita, notes_end_at=end, now=stage.now)


def read_longer(stage: Stage) -> None:
    """Noted by Ben: Gita, who closed the set, gets no other mail that names the later day."""
    learning_set = stage.a_set("Read longer")
    learning_set.memberships.filter(user=stage.ben).update(is_facilitator=True)
    for by, days in ((stage.gita, 30), (stage.ben, 60)):
        end = stage.now + timedelta(days=days)
        close_set(learning_set=learning_set, by=by, notes_end_at=end, now=stage.now)


def all_cancelled(stage: Stage) -> None:
    learning_set = stage.ahead("All off", days=30).learning_set
    end = stage.now + timedelta(days=30)
    close_set(learning_set=learning_set, by=stage.gita, notes_end_at=end, now=stage.now)


def opened_again(stage: Stage) -> None:
    learning_set = stage.a_set("Opened again")
    end = stage.now + timedelta(days=30)
    close_set(learning_set=learning_set, by=stage.gita, notes_end_at=end, now=stage.now)
    open_again(learning_set=learning_set, by=stage.gita, now=stage.now)


def address_refused(stage: Stage) -> None:
    learning_set = stage.a_set("Refused")
    person = make_user("Nobody", email=NOBODY)
    join(learning_set, person)
    outbox.post(kind="sets.removed", key="refused", to=person, about=end(join(make_set(), person)).pk)
    Membership.objects.filter(user=person).exclude(ended_at=None).update(ending="removed")


def invitation_refused(stage: Stage) -> None:
    inviting.invite(
        learning_set=stage.a_set("In vain"), by=stage.gita, emails=[NOBODY], as_facilitator=False, now=stage.now
    )
