"""How these tests look at a page."""

from html import unescape

from django.contrib.messages import get_messages
from django.urls import reverse

WORDS = {"what": "Talk to my manager", "first_step": "Ask for an hour"}
EVERYONE = ["asha", "ben", "gita", "cara", "olu", "stranger", "superuser"]


def url(name, *ids):
    return reverse(f"actions:{name}", args=ids)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def words(response):
    """The page as a reader sees its characters."""
    return unescape(response.content.decode())


def statuses(request, signed_in, method, address, data=None):
    """What each of the cast gets from one address."""
    answers = {}
    for name in EVERYONE:
        client = signed_in(request.getfixturevalue(name))
        answers[name] = getattr(client, method)(address, data or {}).status_code
    return answers


def expect(inside, **own):
    """The same answer for everyone in the set save those named; nothing for those outside."""
    outside = dict.fromkeys(["cara", "olu", "stranger", "superuser"], 404)
    return {"asha": inside, "ben": inside, "gita": inside, **outside, **own}


def page_of(signed_in, user, action):
    return words(signed_in(user).get(url("action", action.pk)))
