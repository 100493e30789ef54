from django.http import HttpRequest

from als_project.users.models import User


class SignedInRequest(HttpRequest):
    """What a view behind the login gets: LoginRequiredMiddleware turned everyone else away."""

    user: User
