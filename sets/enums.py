from django.db import models
from django.utils.translation import gettext_lazy as _


class Facilitation(models.TextChoices):
    FACILITATED = "facilitated", _("with a facilitator")
    SELF_FACILITATED = "self_facilitated", _("self-facilitated, with a rotating host")


class Ending(models.TextChoices):
    LEFT = "left", _("left")
    REMOVED = "removed", _("was removed")


class RuleCategory(models.TextChoices):
    """What sets agree on; in this order they stand in the rules."""

    TIME = "time", _("Time allocation")
    CONFIDENTIALITY = "confidentiality", _("Confidentiality")
    ATTENDANCE = "attendance", _("Attendance")
    NOTES = "notes", _("Taking notes")
    PUNCTUALITY = "punctuality", _("Punctuality and notice")
    MINIMUM = "minimum", _("Minimum number to run")
    LISTENING = "listening", _("Listening")
    TOPICS = "topics", _("Permissible topics")
    ONLINE = "online", _("Recording and online conduct")
    OTHER = "other", _("Anything else")
