"""A set goes through its process in its own way."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sets.models import LearningSet
from sets.processes import ProcessError, process_called
from sets.services._ground import caretaker, hold
from sets.tailoring import Changes, differences, tailored


class OtherProcess(Refused):
    """The set works by another process by now."""


class DoesNotFit(Refused):
    """The loader refuses the process as it would be."""


@transaction.atomic
def tailor(*, learning_set: LearningSet, by: User, process: str, wanted: Changes, now: datetime) -> LearningSet:
    """The set's sessions opened from now on go by its process with these stages as wanted; others stay as they were.

    Empty `wanted` brings back the process as it ships. Raises OtherProcess, DoesNotFit.
    """
    held = hold(learning_set)
    caretaker(held, by)
    if held.process != process:
        raise OtherProcess(_("The set has changed to another process meanwhile. This is how it stands now."))
    plain = process_called(process)
    changes = differences(plain, wanted)
    try:
        tailored(plain, changes)
    except ProcessError as error:
        raise DoesNotFit(str(error)) from error
    held.tailoring = {**held.tailoring, process: changes}
    held.save(update_fields=["tailoring"])
    return held
