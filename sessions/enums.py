from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionState(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class Reply(models.TextChoices):
    COMING = "coming", _("coming")
    APOLOGIES = "apologies", _("apologies")


class Urgency(models.TextChoices):
    CAN_WAIT = "can_wait", _("can wait")
    SOON = "soon", _("soon")
    HIGH = "high", _("high")


class BidState(models.TextChoices):
    OFFERED = "offered", _("offered")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CHOSEN = "chosen", _("chosen")
    HEARD = "heard", _("heard")
    NOT_TAKEN = "not_taken", _("not taken this time")
    CARRIED = "carried", _("carried over")


class SlotState(models.TextChoices):
    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    HEARD = "heard", _("heard")
    CARRIED = "carried", _("carried over")


class Part(models.TextChoices):
    """Where in a session a stage belongs. Opening and closing stages run once, topic stages once a slot."""

    OPENING = "opening", _("opening")
    TOPIC = "topic", _("topic")
    CLOSING = "closing", _("closing")


class Who(models.TextChoices):
    """Who speaks, or who writes, in a stage."""

    EVERYONE = "everyone", _("everyone")
    EVERYONE_IN_TURN = "everyone_in_turn", _("everyone in turn")
    PRESENTER = "presenter", _("the presenter")
    MEMBERS = "members", _("everyone but the presenter")
    OWNERS = "owners", _("those who owe a report-back")
    NOBODY = "nobody", _("nobody")


class Captures(models.TextChoices):
    """What a stage writes down. The first five are kinds of contribution; the others are kept in rows of their own."""

    QUESTION = "question", _("question")
    SUGGESTION = "suggestion", _("suggestion")
    EXPERIENCE = "experience", _("experience")
    RESPONSE = "response", _("response")
    INSIGHT = "insight", _("insight")
    SLOTS = "slots", _("the topics chosen, their order and minutes")
    ACTION = "action", _("the action")
    REPORT_BACK = "report_back", _("what became of each action")


class ContributionKind(models.TextChoices):
    QUESTION = "question", _("question")
    SUGGESTION = "suggestion", _("suggestion")
    EXPERIENCE = "experience", _("experience")
    RESPONSE = "response", _("response")
    INSIGHT = "insight", _("insight")
