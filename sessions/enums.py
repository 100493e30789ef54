from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionState(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class Reply(models.TextChoices):
    COMING = "coming", _("coming")
    IF_I_CAN = "if_i_can", _("if I can")
    APOLOGIES = "apologies", _("apologies")


class Presence(models.TextChoices):
    """How it was on the day."""

    PRESENT = "present", _("present")
    LATE = "late", _("late")
    APOLOGIES = "apologies", _("apologies")
    ABSENT = "absent", _("absent")


HERE, AWAY = (Presence.PRESENT, Presence.LATE), (Presence.APOLOGIES, Presence.ABSENT)


class LooksBack(models.TextChoices):
    """On what the review of a session looks back: the key of the stage in which it is held."""

    SESSION = "review", _("this session")
    SO_FAR = "review-so-far", _("the cycle so far")
    ALL = "review-of-all", _("the whole cycle")


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
    DROPPED = "dropped", _("dropped")


class SlotState(models.TextChoices):
    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    HEARD = "heard", _("heard")
    CARRIED = "carried", _("carried over")
    DROPPED = "dropped", _("dropped")
    FREE = "free", _("free")


class Hand(models.TextChoices):
    """What a member shows without a word."""

    DONE = "done", _("done writing")
    NEXT = "next", _("next to speak")


class ContributionKind(models.TextChoices):
    QUESTION = "question", _("question")
    SUGGESTION = "suggestion", _("suggestion")
    EXPERIENCE = "experience", _("experience")
    RESPONSE = "response", _("response")
    INSIGHT = "insight", _("insight")
    PROBLEM = "problem", _("the problem as I see it")


class PollState(models.TextChoices):
    OPEN = "open", _("open")
    DECIDED = "decided", _("decided")
    CLOSED = "closed", _("closed without a date")


class Answer(models.TextChoices):
    YES = "yes", _("Yes")
    IF_NEED_BE = "if_need_be", _("If need be")
    NO = "no", _("No")


class Pattern(models.TextChoices):
    WEEKLY = "weekly", _("Every week, or every few weeks, on the same weekday")
    MONTHLY_DATE = "monthly_date", _("Monthly, on the same date")
    MONTHLY_WEEKDAY = "monthly_weekday", _("Monthly, on the same weekday: the first, second … of the month")
    MONTHLY_LAST = "monthly_last", _("Monthly, on the last such weekday of the month")


class TurnState(models.TextChoices):
    ASKED = "asked", _("asked")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
