"""Who speaks in a stage, in words."""

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from sessions.models import Stage
from sets.processes import Who

WHO_SPEAKS: dict[str, str | Promise] = {
    Who.EVERYONE: gettext_lazy("Everyone speaks."),
    Who.EVERYONE_IN_TURN: gettext_lazy("Everyone speaks, in turn."),
    Who.PRESENTER: gettext_lazy("%(presenter)s speaks."),
    Who.MEMBERS: gettext_lazy("Everyone but %(presenter)s speaks."),
    Who.OWNERS: gettext_lazy("Those with an action speak, one after another."),
    Who.SCRIBE: gettext_lazy("The scribe speaks."),
    Who.NOBODY: gettext_lazy("Nobody speaks."),
}


def who_speaks(stage: Stage, *, in_three: bool) -> str:
    """For somebody of the set; who sits in another three is not told whose round it is there."""
    presenter = stage.slot.presenter.name if stage.slot else ""
    if not in_three:
        presenter = gettext("in each three whoever’s round it is")
    return capfirst(str(WHO_SPEAKS[stage.speaks]) % {"presenter": presenter})
