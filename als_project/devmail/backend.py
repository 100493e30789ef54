"""Development mail: each message becomes a file that the browser can read at /dev/mail/."""

import time
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

SUFFIX = ".eml"


class FolderBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Afterwards each message stands in `settings.DEV_MAIL_DIR`, under a name that sorts by time."""
        folder = settings.DEV_MAIL_DIR
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder / f"{name}{SUFFIX}")  # a reader sees a whole message or none
        return len(email_messages)
