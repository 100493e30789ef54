"""The words a process file is written in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """Where in a session a stage belongs. Opening and closing stages run once, topic stages once a slot."""

    OPENING = "opening", _("opening")
    TOPIC = "topic", _("topic")
    CLOSING = "closing", _("closing")


class Per(models.TextChoices):
    """What a stage's minutes are for. Topic stages are for the slot, and scale to its minutes."""

    STAGE = "stage", _("the stage")
    OWNER = "owner", _("each owner of an action")
    MEMBER = "member", _("each member who is there")


class Who(models.TextChoices):
    """Who speaks, or who writes, in a stage. That members ask says only who speaks."""

    EVERYONE = "everyone", _("everyone")
    EVERYONE_IN_TURN = "everyone_in_turn", _("everyone in turn")
    PRESENTER = "presenter", _("the presenter")
    MEMBERS = "members", _("everyone but the presenter")
    MEMBERS_ASK = "members_ask", _("members ask, the presenter answers")
    OWNERS = "owners", _("those who owe a report-back")
    SCRIBE = "scribe", _("the scribe")
    NOBODY = "nobody", _("nobody")


class Captures(models.TextChoices):
    """What a stage writes down. The first six are kinds of contribution; the others are kept in rows of their own."""

    QUESTION = "question", _("question")
    SUGGESTION = "suggestion", _("suggestion")
    EXPERIENCE = "experience", _("experience")
    RESPONSE = "response", _("response")
    INSIGHT = "insight", _("insight")
    PROBLEM = "problem", _("the problem as each sees it")
    TOPIC = "topic", _("the topic each would like help with")
    SLOTS = "slots", _("the topics chosen, their order and minutes")
    ACTION = "action", _("the action")
    REPORT_BACK = "report_back", _("what became of each action")
    SCRIBE = "scribe", _("who writes for all")
    METHOD = "method", _("the method that the set picks")
    REVIEW = "review", _("how each found the session")
