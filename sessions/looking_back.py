"""What a review asks, and under which heading the answers are read: of the session, or of more."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.enums import LooksBack


class Question(NamedTuple):
    asks: Promise
    heading: Promise


# By the fields of a Review.
QUESTIONS: dict[str, dict[str, Question]] = {
    LooksBack.SESSION: {
        "on_rules": Question(_("How did we do against our ground rules?"), _("Our ground rules")),
        "what_helped": Question(_("What helped?"), _("What helped")),
        "next_time": Question(_("What shall we do next time?"), _("Next time")),
    },
    LooksBack.SO_FAR: {
        "on_rules": Question(_("Do our ground rules still serve us?"), _("Our ground rules")),
        "what_helped": Question(_("What has the set given me so far?"), _("What it has given me")),
        "next_time": Question(_("What shall we change from now on?"), _("From now on")),
    },
    LooksBack.ALL: {
        "on_rules": Question(_("What of our ground rules served us?"), _("Our ground rules")),
        "what_helped": Question(_("What have I learned, and what is different now?"), _("What I have learned")),
        "next_time": Question(
            _("How shall we go on: close, agree anew, or go on by ourselves?"), _("How we might go on")
        ),
    },
}
HOW_MUCH = {
    LooksBack.SESSION: _("How much did this session help you?"),
    LooksBack.SO_FAR: _("How much has this set helped you so far?"),
    LooksBack.ALL: _("How much has this set helped you?"),
}
