"""A mail server for tests: it keeps what it accepts, and does at each step of the conversation what it is told.

`plan(step, address)` names what happens at a step ("connect", "mail", "rcpt", "data", "end") of a message to an
address: None for the usual answer, an SMTP answer of its own such as "450 Busy", or "hang", "drop" (the connection),
"keep and drop" (at the end: the message is accepted, the answer never comes).
"""

import socketserver
import threading
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType

Plan = Callable[[str, str], str | None]
USUAL = {"connect": "220 sink", "mail": "250 OK", "rcpt": "250 OK", "data": "354 Go on", "end": "250 Accepted"}


class HangUp(Exception):
    pass


class Conversation(socketserver.StreamRequestHandler):
    server: "Sink"
    timeout = 60
    address = ""
    greeted = False

    def handle(self) -> None:
        self.server.connections += 1
        try:
            self.answer("connect")
            while line := self.rfile.readline():
                self.obey(line.decode().strip())
        except (HangUp, OSError):
            return

    def obey(self, line: str) -> None:
        command = line[:4].upper()
        self.greeted = self.greeted or command in ("EHLO", "HELO")
        if not self.greeted and command != "QUIT":
            self.say("503 Say EHLO first")
        elif command in ("EHLO", "HELO", "RSET", "NOOP"):
            self.say("250 OK")
        elif command == "QUIT":
            self.say("221 Bye")
            raise HangUp
        elif command == "MAIL":
            self.answer("mail")
        elif command == "RCPT":
            self.address = line.partition("<")[2].partition(">")[0]
            self.answer("rcpt")
        elif command == "DATA":
            self.server.messages_begun += 1
            if self.answer("data"):
                self.take(self.read_content())
        else:
            self.say("500 What?")

    def read_content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise HangUp
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def take(self, content: bytes) -> None:
        planned = self.server.plan("end", self.address)
        if planned in (None, "keep and drop"):
            self.server.keep(content)
        if planned == "keep and drop":
            raise HangUp
        self.carry_out(planned, "end")

    def answer(self, step: str) -> bool:
        """Whether the answer was the usual one."""
        planned = self.server.plan(step, self.address)
        self.carry_out(planned, step)
        return planned is None

    def carry_out(self, planned: str | None, step: str) -> None:
        if planned == "hang":
            self.server.released.wait(self.timeout)
            raise HangUp
        if planned == "drop":
            raise HangUp
        self.say(planned or USUAL[step])
        if planned and planned.startswith("421"):
            raise HangUp

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.port: int = self.server_address[1]
        self.plan: Plan = lambda step, address: None
        self.contents: list[bytes] = []
        self._read: list[EmailMessage] = []
        self.connections = self.messages_begun = 0
        self.released = threading.Event()
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def keep(self, content: bytes) -> None:
        """As it came: who sent it waits for the answer, and must not wait for its being read."""
        self.contents.append(content)

    @property
    def accepted(self) -> list[EmailMessage]:
        for content in self.contents[len(self._read) :]:
            self._read.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        return self._read

    def refuse(self, answers: dict[str, str]) -> None:
        """These addresses are turned away with these answers."""
        self.plan = lambda step, address: answers.get(address) if step == "rcpt" else None

    @property
    def addresses(self) -> list[str]:
        return [str(mail["To"]) for mail in self.accepted]

    def wait_for(self, count: int, *, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while len(self.contents) < count and time.monotonic() < until:
            time.sleep(0.02)

    def __enter__(self) -> "Sink":
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()
