from django.db import models
from django.utils.translation import gettext_lazy as _


class ActionState(models.TextChoices):
    """No state says “failed”: not done, with what was learned, is a good report."""

    PROPOSED = "proposed", _("proposed")
    OPEN = "open", _("open")
    IN_PROGRESS = "in_progress", _("in progress")
    DONE = "done", _("done")
    CHANGED = "changed", _("changed")
    DROPPED = "dropped", _("dropped")
    CARRIED_OVER = "carried_over", _("carried over")


# Still owed a report-back at the next session.
OWED = (ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.CHANGED, ActionState.CARRIED_OVER)

# Finished, for now: a further report-back can open either again.
FINISHED = (ActionState.DONE, ActionState.DROPPED)


class SupportState(models.TextChoices):
    ASKED = "asked", _("asked")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    LEFT = "left", _("has left the set")
