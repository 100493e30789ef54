"""What each message says, and that it does not leave once its reason is gone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings

from als_project.outbox import services as outbox
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.outbox.writing import write
from sets.services import belonging, going_on, inviting, ruling
from sets.services.closing import close_set, open_again
from sets.services.notes import agree_on_notes
from tests.factories import join

pytestmark = pytest.mark.django_db
NIGHT = datetime(2027, 1, 4, 22, 0, tzinfo=UTC)
MORNING = NIGHT + timedelta(hours=11)


def written(kind, **which):
    """The mail as it would leave now; None when its reason is gone."""
    message = Message.objects.select_related("to").get(kind=kind, **which)
    context = kind_called(kind).context(message)
    return write(message, context) if context else None


@pytest.fixture
def invitation(learning_set, gita, now):
    emails = ["finn@example.org"]
    return inviting.invite(learning_set=learning_set, by=gita, emails=emails, as_facilitator=False, now=now)[0]


def test_an_invitation_says_who_asks_into_what_and_until_when(invitation):
    mail = written("sets.invitation")
    assert mail.to == ["finn@example.org"]
    assert mail.subject == "Gita invites you to the learning set “Thursday set”"
    assert settings.SITE_URL + inviting.link_for(invitation) in mail.body.splitlines()
    assert "until " in mail.body
    assert "(London)" in mail.body
    assert invitation.learning_set.purpose not in mail.body


def test_an_invitation_of_somebody_who_is_gone_still_reads_well(invitation, gita):
    invitation.invited_by = None
    invitation.save()
    assert written("sets.invitation").subject == "You are invited to the learning set “Thursday set”"


def test_a_withdrawn_accepted_or_expired_invitation_does_not_leave(invitation, gita, stranger, now, learning_set):
    accepted, expired = inviting.invite(
        learning_set=learning_set, by=gita, emails=["a@example.org", "b@example.org"], as_facilitator=False, now=now
    )
    inviting.withdraw(invitation=invitation, by=gita, now=now)
    inviting.accept(invitation=accepted, by=stranger, now=now)
    expired.expires_at = now - timedelta(seconds=1)
    expired.save()
    assert [written("sets.invitation", about=i.pk) for i in (invitation, accepted, expired)] == [None, None, None]


def test_of_an_invitation_sent_again_only_the_newest_leaves(invitation, gita, now):
    inviting.resend(invitation=invitation, by=gita, now=now)
    first, second = Message.objects.filter(kind="sets.invitation").order_by("pk")
    assert written("sets.invitation", pk=first.pk) is None
    assert written("sets.invitation", pk=second.pk) is not None


@pytest.fixture
def published(learning_set, gita, now):
    rules = [("time", "We never speak of purple.")]
    proposal = ruling.propose(learning_set=learning_set, by=gita, rules=rules, now=now, seen=None)
    return ruling.publish(ground_rules=proposal, by=gita, now=now)


def test_changed_rules_are_told_without_their_words(published):
    mail = written("sets.rules_changed", to__name="Asha")
    assert mail.subject == "“Thursday set” has ground rules to agree to"
    assert f"{settings.SITE_URL}/sets/{published.learning_set_id}/rules/" in mail.body.splitlines()
    assert "purple" not in mail.body


def test_changed_rules_are_not_told_to_who_agreed_left_or_has_a_newer_version(
    published, learning_set, memberships, asha, ben, gita, now
):
    ruling.agree(ground_rules=published, membership=memberships["Asha"], by=asha, now=now)
    assert written("sets.rules_changed", to__name="Asha") is None
    newer = ruling.propose(learning_set=learning_set, by=gita, rules=[("time", "New")], now=now, seen=None)
    ruling.publish(ground_rules=newer, by=gita, now=now)
    assert written("sets.rules_changed", to__name="Ben", about=published.pk) is None
    assert written("sets.rules_changed", to__name="Ben", about=newer.pk).subject == (
        "“Thursday set” has changed its ground rules"
    )
    belonging.leave(membership=memberships["Ben"], by=ben, now=now)
    assert written("sets.rules_changed", to__name="Ben", about=newer.pk) is None


def test_a_removed_person_gets_a_kind_word_unless_they_are_back(learning_set, memberships, gita, asha, now):
    belonging.remove(membership=memberships["Asha"], by=gita, now=now)
    mail = written("sets.removed")
    assert (mail.to, mail.subject) == ([asha.email], "You no longer belong to the learning set “Thursday set”")
    assert "Gita" not in mail.body
    join(learning_set, asha)
    assert written("sets.removed") is None


def test_a_new_facilitator_is_told_while_they_are_one(learning_set, memberships, gita, asha, now):
    belonging.hand_over(learning_set=learning_set, by=gita, to=memberships["Asha"], now=now)
    assert written("sets.handed_over").subject == "You now facilitate the learning set “Thursday set”"
    belonging.hand_over(learning_set=learning_set, by=asha, to=memberships["Ben"], now=now)
    assert written("sets.handed_over", to__name="Asha") is None
    assert written("sets.handed_over", to__name="Ben").to == ["ben@example.org"]


def test_everybody_hears_how_long_notes_are_kept_until_that_changes(learning_set, memberships, gita, asha, ben, now):
    agree_on_notes(learning_set=learning_set, by=gita, months=3, now=now)
    mail = written("sets.notes_agreed", to__name="Asha")
    assert mail.subject == "“Thursday set” has agreed how long notes are kept"
    assert "Gita has noted what" in mail.body
    assert "kept for 3 months after a session" in " ".join(mail.body.split())
    assert f"{settings.SITE_URL}/account/data/" in mail.body.splitlines()
    assert not Message.objects.filter(kind="sets.notes_agreed", to=gita).exists()
    belonging.leave(membership=memberships["Ben"], by=ben, now=now)
    assert written("sets.notes_agreed", to__name="Ben") is None
    agree_on_notes(learning_set=learning_set, by=gita, months=None, now=now + timedelta(days=1))
    told = [written("sets.notes_agreed", pk=pk) for pk in asked_of(asha)]
    assert (told[0], "until it agrees otherwise" in " ".join(told[1].body.split())) == (None, True)


def asked_of(person):
    return list(Message.objects.filter(kind="sets.notes_agreed", to=person).order_by("pk").values_list("pk", flat=True))


def test_members_hear_that_the_set_goes_on_self_facilitated_while_it_does(learning_set, memberships, gita, ben, now):
    going_on.go_self_facilitated(learning_set=learning_set, by=gita, now=now)
    assert written("sets.self_facilitated", to__name="Asha").subject == (
        "The learning set “Thursday set” goes on self-facilitated"
    )
    belonging.leave(membership=memberships["Ben"], by=ben, now=now)
    assert written("sets.self_facilitated", to__name="Ben") is None
    learning_set.refresh_from_db()
    asha = memberships["Asha"]
    belonging.hand_over(learning_set=learning_set, by=asha.user, to=asha, now=now)
    assert written("sets.self_facilitated", to__name="Asha") is None


@pytest.fixture
def by_night(settings):
    """Acts at ten in the evening, one after the other; then it is morning, and what was waiting leaves."""
    settings.QUIET_HOURS = "20:00-08:00"

    def run(*acts):
        for minutes, act in enumerate(acts):
            with time_machine.travel(NIGHT + timedelta(minutes=minutes), tick=False):
                act(NIGHT + timedelta(minutes=minutes))
                send(NIGHT + timedelta(minutes=minutes))
        with time_machine.travel(MORNING, tick=False):
            send(MORNING)

    return run


def send(now):
    while outbox.send_due(now=now):
        pass


def to_asha(mailoutbox):
    return [(mail.subject, " ".join(mail.body.split())) for mail in mailoutbox if mail.to == ["asha@example.org"]]


def test_of_a_set_that_can_be_read_longer_before_anybody_heard_of_its_end_there_is_one_mail_with_the_later_day(
    learning_set, gita, by_night, mailoutbox
):
    def end_in(days):
        end = NIGHT + timedelta(days=days)
        return lambda now: close_set(learning_set=learning_set, by=gita, notes_end_at=end, now=now)

    by_night(end_in(30), end_in(60), end_in(90))
    [(subject, body)] = to_asha(mailoutbox)
    assert (subject, "until Sunday 4 April 2027" in body) == ("The learning set “Thursday set” has closed", True)
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        end_in(120)(MORNING)
        send(MORNING + timedelta(hours=1))
    subject, body = to_asha(mailoutbox)[-1]
    assert (subject, "until Tuesday 4 May 2027" in body) == ("What was said in “Thursday set” can be read longer", True)


def test_an_agreed_day_is_told_while_the_set_goes_on_and_again_when_it_is_opened_again(
    learning_set, gita, by_night, mailoutbox
):
    by_night(
        lambda now: going_on.agree_on_day(learning_set=learning_set, by=gita, day=date(2027, 1, 18), now=now),
        lambda now: close_set(learning_set=learning_set, by=gita, notes_end_at=now + timedelta(days=30), now=now),
    )
    with time_machine.travel(MORNING, tick=False):
        open_again(learning_set=learning_set, by=gita, now=MORNING)
        send(MORNING)
    told = [(subject, "from Monday 18 January 2027" in body) for subject, body in to_asha(mailoutbox)]
    assert told == [
        ("The learning set “Thursday set” has closed", False),
        ("The learning set “Thursday set” goes on", True),
    ]


def test_a_day_that_is_given_up_and_agreed_on_again_in_one_night_is_told_once(learning_set, gita, by_night, mailoutbox):
    def agree_on(day):
        return lambda now: going_on.agree_on_day(learning_set=learning_set, by=gita, day=day, now=now)

    by_night(agree_on(date(2027, 1, 18)), agree_on(None), agree_on(date(2027, 1, 18)))
    [(subject, body)] = to_asha(mailoutbox)
    assert (subject, "from Monday 18 January 2027" in body) == ("“Thursday set” has agreed who looks after it", True)
