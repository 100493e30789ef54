"""Who speaks in a stage, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from sessions.models import Stage
from sets.processes import Who

WHO_SPEAKS: dict[str, str | Promise] = {
    Who.EVERYONE: gettext_lazy("Everyone speaks."),
    Who.EVERYONE_IN_TURN: gettext_lazy("Everyone speaks, in turn."),
    Who.PRESENTER: gettext_lazy("%(presenter)s speaks."),
    Who.MEMBERS: gettext_lazy("Everyone but %(presenter)s speaks."),
    Who.MEMBERS_ASK: gettext_lazy("Members ask; %(presenter)s answers."),
    Who.OWNERS: gettext_lazy("Those with an action speak, one after another."),
    Who.SCRIBE: gettext_lazy("The scribe speaks."),
    Who.NOBODY: gettext_lazy("Nobody speaks."),
}
# For who sits in another three, or in none: it is not said whose round it is there.
IN_EACH_THREE: dict[str, str | Promise] = {
    Who.PRESENTER: gettext_lazy("In each three one presents, and speaks."),
    Who.MEMBERS: gettext_lazy("In each three everyone but the presenter speaks."),
    Who.MEMBERS_ASK: gettext_lazy("In each three the others ask; the one who presents answers."),
}


def who_speaks(stage: Stage, *, in_three: bool) -> str:
    presenter = stage.slot.presenter.name if stage.slot else ""
    words = WHO_SPEAKS if in_three else {**WHO_SPEAKS, **IN_EACH_THREE}
    return str(words[stage.speaks]) % {"presenter": presenter}
