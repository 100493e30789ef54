"""What a view fetches first: the session a person may see, and their place in its set. A stranger meets a 404."""

from django.shortcuts import get_object_or_404

from als_project.users.models import User
from sessions.models import Session
from sets.models import LearningSet, Membership


def session_for(user: User, session_id: int) -> Session:
    sessions = Session.objects.visible_to(user).select_related("learning_set", "facilitator")
    return get_object_or_404(sessions, pk=session_id)


def membership_of(user: User, learning_set: LearningSet) -> Membership:
    present = Membership.objects.present().select_related("learning_set", "user")
    return get_object_or_404(present, user=user, learning_set=learning_set)
