from als_project.outbox.models.condition import MailServer, Seen
from als_project.outbox.models.message import Message
from als_project.outbox.models.people import Hours, How, Preference, RefusedAddress

__all__ = ["Hours", "How", "MailServer", "Message", "Preference", "RefusedAddress", "Seen"]
