"""What stands between a person and a set: strangers find nothing, and rules come before what is said."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from als_project.users.models import User
from als_project.users.requests import SignedInRequest
from als_project.written_once import written_once
from sets.models import LearningSet, Membership
from sets.permissions import looks_after


def needs_agreement(request: HttpRequest, learning_set: LearningSet) -> bool:
    """True while a present person has agreed to no version of the published ground rules: those come first."""
    membership = own_membership(request, learning_set.pk)
    return membership is not None and not membership.may_read


def own_memberships(request: HttpRequest) -> list[Membership]:
    """The asking person's present memberships, each with its set and what there asks for attention, by the set's name.

    Asked for once a request, however many panels of a page begin with them.
    """
    asked_before: dict[str, Any] = vars(request)
    if "own_memberships" not in asked_before:
        user: User = request.user  # type: ignore[assignment]
        asked_before["own_memberships"] = _of_person(user, user.email, timezone.now())
    memberships: list[Membership] = asked_before["own_memberships"]
    return memberships


def people_of(request: HttpRequest, set_id: int) -> list[Membership]:
    """The present people of a set by name, `with_agreement()`, for one of them; nobody for others.

    Asked for once a request.
    """
    asked_before: dict[int, list[Membership]] = vars(request).setdefault("people_of", {})
    if set_id not in asked_before:
        people = _of_set(set_id)
        for person in people:
            person.circle = people
        asked_before[set_id] = people if any(person.user_id == request.user.pk for person in people) else []
    return asked_before[set_id]


def read_alone(request: SignedInRequest, learning_set: LearningSet) -> None:
    """For a page that has to do with nobody else of the set: only the asking person's membership is read."""
    alone: dict[int, Membership | None] = vars(request).setdefault("own_membership", {})
    own = next(iter(_own(learning_set, request.user)), None)
    if own:
        own.learning_set, own.user = learning_set, request.user
    alone[learning_set.pk] = own


def own_membership(request: HttpRequest, set_id: int) -> Membership | None:
    """The asking person among `people_of` the set, where they were not `read_alone`."""
    alone: dict[int, Membership | None] = vars(request).get("own_membership", {})
    if set_id in alone:
        return alone[set_id]
    return next((person for person in people_of(request, set_id) if person.user_id == request.user.pk), None)


@written_once
def _own(learning_set: LearningSet, user: User) -> QuerySet[Membership]:
    return Membership.objects.present().filter(learning_set=learning_set, user=user).with_agreement()


@written_once
def _of_set(set_id: int) -> QuerySet[Membership]:
    people = Membership.objects.present().filter(learning_set=set_id)
    return people.with_agreement().select_related("learning_set", "user").order_by("user__name", "pk")


@written_once
def _of_person(user: User, email: str, now: datetime) -> QuerySet[Membership]:
    mine = Membership.objects.present().filter(user=user).with_attention(now).with_rarities(email, now)
    return mine.select_related("learning_set").order_by("learning_set__name", "pk")


def membership_or_404(request: SignedInRequest, set_id: int) -> Membership:
    """The asking person's present membership with its set; a stranger, or one who left, finds nothing."""
    membership = own_membership(request, set_id)
    if membership is None:
        raise Http404
    return membership


def caretaker_or_403(request: SignedInRequest, set_id: int) -> Membership:
    """The same, for what only those who look after the set may do."""
    membership = membership_or_404(request, set_id)
    if not looks_after(membership):
        raise PermissionDenied
    return membership
