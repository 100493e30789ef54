"""What people and links in mails do, as causes of messages: for `every_kind`."""

from django.conf import settings
from django.test import Client, override_settings

from als_project.inbox import services as inbox
from als_project.outbox.models import Message
from sessions.emails.answers import answers_to
from tests.inbox.conftest import posted, written_back
from tests.outbox.marked import Stage, said

REPLY_ADDRESS = "replies+{token}@sets.example"


def reminded(stage: Stage, name: str, days: int) -> Message:
    session = stage.met(stage.ahead(name, days=days).learning_set).learning_set.sessions.scheduled().get()
    return posted("actions.report_back_reminder", stage.presenter, session.pk, session.occasion)


def reply_kept(stage: Stage) -> None:
    """The presenter has answered a reminder by mail."""
    with override_settings(REPLY_ADDRESS=REPLY_ADDRESS):
        assert inbox.take(written_back(reminded(stage, "Reply", 25), said("reply")), now=stage.now)


def reply_not_kept(stage: Stage) -> None:
    """They have written more than is taken."""
    with override_settings(REPLY_ADDRESS=REPLY_ADDRESS):
        mail = written_back(reminded(stage, "Long reply", 27), said("long reply"))
        assert inbox.take(mail, is_whole=False, now=stage.now) is None


def answered(stage: Stage) -> None:
    """Somebody to whom the presenter's mail was passed on."""
    session = stage.ahead("Answered", days=26)
    membership = session.learning_set.memberships.select_related("learning_set", "user").get(user=stage.presenter)
    *_others, cant_come = answers_to(session, membership)
    Client().post(cant_come.address.removeprefix(settings.SITE_URL))
