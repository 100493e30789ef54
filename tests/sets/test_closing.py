"""A set closes: nobody plans or invites any more, and what was said ends on the day that was agreed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from als_project.clock import to_local
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.refusals import Refused
from sets.attention import attention_for
from sets.models import Invitation, LearningSet
from sets.services import inviting, ruling
from sets.services.closing import EndRefused, close_set, open_again
from sets.services.notes import agree_on_notes
from tests.factories import publish_rules

pytestmark = pytest.mark.django_db
A_MONTH = timedelta(days=30)


@pytest.fixture
def url(learning_set):
    return reverse("sets:close", args=[learning_set.pk])


@pytest.fixture
def closed(learning_set, gita, now):
    close_set(learning_set=learning_set, by=gita, notes_end_at=now + A_MONTH, now=now)
    learning_set.refresh_from_db()
    return learning_set


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("to__name", flat=True))


def test_who_looks_after_the_set_closes_it_for_the_day_that_was_agreed(signed_in, learning_set, url, gita):
    client = signed_in(gita)
    offered = client.get(url).context["form"]["last_day"].value()
    answer = client.post(url, {"last_day": offered.isoformat()})
    learning_set.refresh_from_db()
    assert (answer.status_code, learning_set.is_closed) == (302, True)
    last = to_local(learning_set.notes_end_at, learning_set.time_zone)
    assert (last.date(), last.hour, last.minute) == (offered, 23, 59)
    assert told("sets.closed") == {"Asha", "Ben"}


@pytest.mark.parametrize("days", [-1, 0, 12, 367])
def test_another_day_is_refused_beside_the_field_and_kept(signed_in, learning_set, url, gita, days):
    day = (timezone.now() + timedelta(days=days)).date().isoformat()
    answer = signed_in(gita).post(url, {"last_day": day})
    learning_set.refresh_from_db()
    assert (answer.status_code, learning_set.is_closed) == (409, False)
    form = answer.context["form"]
    assert (form.errors.keys(), form["last_day"].value()) == ({"last_day"}, day)


@pytest.mark.parametrize("odd", ["", "soon", "2026-02-30", "9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Pacific/Auckland"])
def test_what_is_no_day_or_far_off_is_refused(signed_in, learning_set, url, gita, odd, zone):
    learning_set.time_zone = zone
    learning_set.save()
    answer = signed_in(gita).post(url, {"last_day": odd})
    learning_set.refresh_from_db()
    assert (answer.context["form"].errors.keys(), learning_set.is_closed) == ({"last_day"}, False)


def test_a_member_does_not_close_it(signed_in, learning_set, url, asha, now):
    assert signed_in(asha).get(url).status_code == 403
    for act in (
        lambda: close_set(learning_set=learning_set, by=asha, notes_end_at=now + A_MONTH, now=now),
        lambda: open_again(learning_set=learning_set, by=asha, now=now),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_in_a_self_facilitated_set_every_member_does(learning_set, asha, now):
    learning_set.facilitation = "self_facilitated"
    learning_set.save()
    assert close_set(learning_set=learning_set, by=asha, notes_end_at=now + A_MONTH, now=now).is_closed


def test_closing_twice_closes_and_tells_once(closed, gita, now):
    again = close_set(learning_set=closed, by=gita, notes_end_at=now + A_MONTH, now=now + timedelta(minutes=1))
    assert (again.closed_at, again.notes_end_at) == (now, now + A_MONTH)
    assert Message.objects.filter(kind="sets.closed").count() == 2


def test_it_can_be_read_longer_and_never_shorter(signed_in, closed, url, gita, now):
    client = signed_in(gita)
    answers = [
        client.post(url, {"last_day": to_local(now + timedelta(days=days), closed.time_zone).date().isoformat()})
        for days in (20, 60)
    ]
    assert [answer.status_code for answer in answers] == [409, 302]
    longer = LearningSet.objects.get(pk=closed.pk)
    assert (longer.closed_at, longer.notes_end_at > now + 1.9 * A_MONTH) == (now, True)
    messages = list(Message.objects.filter(kind__startswith="sets.", to__name="Asha").order_by("pk"))
    assert [(one.kind, kind_called(one.kind).context(one) is None) for one in messages] == [
        ("sets.closed", False),
        ("sets.read_longer", False),
    ]


def test_the_same_day_again_is_told_to_nobody(signed_in, closed, url, gita):
    client = signed_in(gita)
    day = to_local(closed.notes_end_at, closed.time_zone).date().isoformat()
    assert "told" in client.post(url, {"last_day": day}, follow=True).content.decode()
    before = Message.objects.count()
    page = client.post(url, {"last_day": day}, follow=True).content.decode()
    assert Message.objects.count() == before
    assert "told" not in page


def test_a_closed_set_is_handed_over_and_goes_on_in_no_other_way(signed_in, closed, gita, memberships):
    url, client = reverse("sets:facilitation", args=[closed.pk]), signed_in(gita)
    page = client.get(url)
    assert (set(page.context["form"].fields), "go on by itself" in page.content.decode()) == (
        {"successor", "stays"},
        False,
    )
    client.post(url, {"successor": memberships["Asha"].pk, "stays": "on"})
    memberships["Asha"].refresh_from_db()
    assert memberships["Asha"].is_facilitator


def test_what_a_set_agreed_about_its_notes_is_said_beside_the_day(signed_in, learning_set, gita, asha, now):
    agree_on_notes(learning_set=learning_set, by=gita, months=1, now=now)
    close_set(learning_set=learning_set, by=gita, notes_end_at=now + 2 * A_MONTH, now=now)
    page = signed_in(asha).get(learning_set.get_absolute_url()).content.decode()
    assert "nothing is kept for more than 1 month after its session" in page


def test_what_is_deleted_is_read_no_longer(closed, gita, now, time_machine):
    over = now + A_MONTH + timedelta(minutes=1)
    time_machine.move_to(over, tick=False)
    with pytest.raises(EndRefused):
        close_set(learning_set=closed, by=gita, notes_end_at=now + 3 * A_MONTH, now=over)


def test_open_invitations_are_withdrawn_and_nobody_is_invited(learning_set, gita, now):
    [invitation] = inviting.invite(
        learning_set=learning_set, by=gita, emails=["new@example.org"], as_facilitator=False, now=now
    )
    close_set(learning_set=learning_set, by=gita, notes_end_at=now + A_MONTH, now=now)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at == now
    with pytest.raises(Refused):
        inviting.invite(learning_set=learning_set, by=gita, emails=["b@example.org"], as_facilitator=False, now=now)
    assert Invitation.objects.count() == 1


def test_an_invitation_typed_meanwhile_is_kept_with_the_reason(signed_in, closed, gita):
    words = {"addresses": "new@example.org", "role": "member"}
    answer = signed_in(gita).post(reverse("sets:invite", args=[closed.pk]), words)
    assert "This set has closed" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_how_long_notes_live_is_agreed_no_more(signed_in, closed, gita, now):
    with pytest.raises(Refused):
        agree_on_notes(learning_set=closed, by=gita, months=3, now=now)
    answer = signed_in(gita).post(reverse("sets:notes", args=[closed.pk]), {"live": "3"})
    assert (answer.status_code, "This set has closed" in answer.content.decode()) == (409, True)


def test_the_earlier_of_two_days_counts(learning_set, gita, now):
    agree_on_notes(learning_set=learning_set, by=gita, months=6, now=now - 9 * A_MONTH)
    held = close_set(learning_set=learning_set, by=gita, notes_end_at=now + A_MONTH, now=now)
    assert held.notes_live_until(now) == now + A_MONTH
    assert held.notes_live_until(now - timedelta(days=170)) < now + A_MONTH


def test_its_page_says_so_to_everyone_and_offers_nothing_to_plan(signed_in, closed, asha, gita):
    for person, opens in ((asha, False), (gita, True)):
        page = signed_in(person).get(closed.get_absolute_url()).content.decode()
        assert "This set closed on" in page
        assert "Download my data" in page
        assert ("Open the set again" in page) == opens
        for offer in ("Schedule a session", "Find a date", "Change the set", "Invite people"):
            assert offer not in page, offer
        assert "Leave this set" in page


def test_once_the_day_is_over_its_page_says_that_what_was_said_is_deleted(signed_in, closed, asha):
    closed.closed_at -= 2 * A_MONTH
    closed.notes_end_at -= 2 * A_MONTH
    closed.save()
    page = signed_in(asha).get(closed.get_absolute_url()).content.decode()
    assert "and is deleted within the hour after that" in page
    assert "Download my data" not in page


def test_home_lists_it_last_as_closed_and_asks_nothing_about_it(signed_in, closed, gita):
    page = signed_in(gita).get(reverse("home")).content.decode()
    assert '<span class="meta">closed</span>' in page
    for asked in ("has no session to come", "It has no ground rules yet", "four is a good minimum"):
        assert asked not in page, asked


def test_the_weekly_view_says_nothing_of_it(learning_set, gita, now):
    assert attention_for(gita, now=now)
    close_set(learning_set=learning_set, by=gita, notes_end_at=now + A_MONTH, now=now)
    assert attention_for(gita, now=now) == []


def test_its_ground_rules_stay_and_nobody_is_asked_for_another_word(signed_in, closed, asha, gita, memberships, now):
    first = publish_rules(closed, "No recording", agreed_by=[memberships["Asha"]])
    second = publish_rules(closed, "No phones")
    assert second.number == first.number + 1
    with pytest.raises(Refused):
        ruling.propose(learning_set=closed, by=asha, rules=[("time", "Be early")], now=now, seen=None)
    for address in (reverse("home"), closed.get_absolute_url()):
        for person, asked in ((asha, False), (gita, True)):
            page = signed_in(person).get(address).content.decode()
            assert ("ead them and agree" in page or "Read the ground rules" in page) == asked, (address, person)
    page = signed_in(asha).get(reverse("sets:rules", args=[closed.pk])).content.decode()
    assert "Propose a change" not in page


def test_it_can_be_opened_again_and_everyone_else_is_told(signed_in, closed, gita):
    answer = signed_in(gita).post(reverse("sets:open_again", args=[closed.pk]))
    closed.refresh_from_db()
    assert (answer.status_code, closed.closed_at, closed.notes_end_at) == (302, None, None)
    assert told("sets.opened_again") == {"Asha", "Ben"}
    signed_in(gita).post(reverse("sets:open_again", args=[closed.pk]))
    assert Message.objects.filter(kind="sets.opened_again").count() == 2


def test_the_page_that_closes_leads_to_the_set_once_all_is_deleted(signed_in, closed, url, gita):
    assert signed_in(gita).get(url).status_code == 200
    closed.closed_at -= 2 * A_MONTH
    closed.notes_end_at -= 2 * A_MONTH
    closed.save()
    assert signed_in(gita).get(url).headers["Location"] == closed.get_absolute_url()


def test_no_day_no_closing(learning_set, now):
    learning_set.closed_at = now
    with pytest.raises(IntegrityError), transaction.atomic():
        learning_set.save()


@pytest.mark.parametrize("apart", [timedelta(days=14), timedelta(days=366)])
def test_the_limits_themselves_are_fine(learning_set, gita, now, apart):
    assert close_set(learning_set=learning_set, by=gita, notes_end_at=now + apart, now=now).is_closed


def test_less_than_two_weeks_is_refused(learning_set, gita, now):
    end = now + timedelta(days=14) - timedelta(minutes=1)
    with pytest.raises(EndRefused):
        close_set(learning_set=learning_set, by=gita, notes_end_at=end, now=now)
