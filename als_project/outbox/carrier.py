"""Hands messages to the mail server over a kept connection, and tells what became of each.

Django's SMTP backend opens the connection. The conversation is held here, step by step, for two reasons: only so is
it known whether the final dot had been sent when a connection broke; and while the server thinks about a step, the
message is looked at and written, and the receipt of the one before it. Any other backend gets its messages one by one.
"""

import re
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from als_project.outbox.answers import Closed, InDoubt, NotSent, Overtaken, ServerAway, TurnedAway
from als_project.outbox.letter import Letter, as_path
from als_project.outbox.receipts import Receipts

CLOSING = 421
# Where a message has had to wait for longer than so many seconds, it is asked once more whether it is still to go.
PROMPT = 0.02


class Carrier:
    """`announce`, then `hand_over` or `take_back`. The connection opens at need and is renewed after so many."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend = get_connection()
        self._carried = 0
        self._announced = False
        self.receipts = Receipts()
        self._sender = as_path(settings.DEFAULT_FROM_EMAIL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self.receipts.close()
        finally:
            self.hang_up()

    def announce(self) -> None:
        """Say on a connection that is open already that a message comes; the answer is heard in `hand_over`."""
        if self._carried >= settings.MESSAGES_A_CONNECTION:
            self.hang_up()
        if isinstance(self._backend, EmailBackend) and self._backend.connection:
            try:
                self._begin()
            except (smtplib.SMTPException, OSError):
                self.drop()

    def take_back(self) -> None:
        """The announced message does not come after all."""
        if self._announced and self._is_welcome():
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.rset()

    def hand_over(
        self,
        address: str,
        write: Callable[[], EmailMessage],
        *,
        still: Callable[[], bool] = lambda: True,
        asked_at: float = 0.0,
    ) -> None:
        """Afterwards the server has taken on what `write` returned. Raises ServerAway, TurnedAway or InDoubt.

        `asked_at`, by the monotonic clock: when it was last asked whether the message is to go. If that is some time
        ago by the end, `still` is asked once more, and Overtaken raised if it says no.
        """
        if not isinstance(self._backend, EmailBackend):
            self._hand_to_backend(write())
            return
        if not (self._announced and self._is_welcome()):
            self._open()
        with self._going_away():
            content = self._agree_on(address, write)
            self.receipts.settle()
            if time.monotonic() - asked_at > PROMPT and not still():
                self.drop()  # what does not end with a dot is no message
                raise Overtaken
            self._smtp.send(content + b".\r\n")
        self._expect({250}, *self._last_answer())

    def hang_up(self) -> None:
        """Say goodbye, and close. What was accepted stays accepted."""
        with suppress(smtplib.SMTPException, OSError):
            self._backend.close()
        self.drop()

    def drop(self) -> None:
        """Close without a word: who no longer answers is not waited for."""
        self._carried, self._announced = 0, False
        if isinstance(self._backend, EmailBackend) and self._backend.connection:
            self._backend.connection.close()
            self._backend.connection = None

    def _open(self) -> None:
        """A new connection, on which the server is willing to take a message. Raises Closed."""
        self.drop()
        try:
            with self._going_away():
                self._backend.open()
                self._smtp.ehlo_or_helo_if_needed()
                self._begin()
                code, words = self._hear()
        except ServerAway as error:
            raise Closed(str(error)) from error
        if code != 250:  # about us, not about this message
            self.drop()
            raise Closed(str(TurnedAway.of(code, words)))

    def _begin(self) -> None:
        self._smtp.putcmd("MAIL", f"FROM:{self._sender}")
        self._announced = True
        self._carried += 1

    def _hear(self) -> tuple[int, bytes]:
        self._announced = False
        return self._smtp.getreply()

    def _is_welcome(self) -> bool:
        """No: the server has had enough of this connection, and another one is begun."""
        try:
            return self._hear()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _agree_on(self, address: str, write: Callable[[], EmailMessage]) -> bytes:
        """Recipient, and the wish to send. Returns what may follow now, but for the dot that ends it."""
        self._smtp.putcmd("RCPT", f"TO:{as_path(address)}")
        content = re.sub(rb"(?m)^\.", b"..", _as_bytes(write()))
        self._expect({250, 251}, *self._smtp.getreply(), at_recipient=True)
        self._expect({354}, *self._smtp.docmd("DATA"))
        return content if content.endswith(b"\r\n") else content + b"\r\n"

    def _last_answer(self) -> tuple[int, bytes]:
        """From the final dot on the message may be the server's: it is given time to say so."""
        smtp = self._smtp
        try:
            if smtp.sock:
                smtp.sock.settimeout(settings.EMAIL_TIMEOUT_AT_END)
            answer = smtp.getreply()
            if smtp.sock:
                smtp.sock.settimeout(smtp.timeout)
        except (smtplib.SMTPException, OSError) as error:
            self.drop()
            raise InDoubt(type(error).__name__) from error
        return answer

    def _expect(self, codes: set[int], code: int, words: bytes, *, at_recipient: bool = False) -> None:
        if code in codes:
            return
        if code == CLOSING or not 400 <= code < 600:
            self.drop()
            raise ServerAway(str(code))
        try:
            self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self.drop()
        raise TurnedAway.of(code, words, at_recipient=at_recipient)

    @property
    def _smtp(self) -> smtplib.SMTP:
        if isinstance(self._backend, EmailBackend) and self._backend.connection:
            return self._backend.connection
        raise smtplib.SMTPServerDisconnected

    @contextmanager
    def _going_away(self) -> Iterator[None]:
        """Whatever breaks in here breaks before the final dot: the server has not taken this message."""
        try:
            yield
        except NotSent:
            raise
        except (smtplib.SMTPException, OSError) as error:
            self.drop()
            raise ServerAway(type(error).__name__) from error
        except Exception:
            self.drop()  # in the middle of a conversation
            raise

    def _hand_to_backend(self, mail: EmailMessage) -> None:
        self.receipts.settle()
        try:
            self._backend.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            raise TurnedAway.of(*next(iter(error.recipients.values())), at_recipient=True) from error
        except smtplib.SMTPDataError as error:
            raise TurnedAway.of(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Closed(type(error).__name__) from error


def _as_bytes(mail: EmailMessage) -> bytes:
    if isinstance(mail, Letter):
        return mail.as_bytes()
    content: bytes = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own argument
    return content
