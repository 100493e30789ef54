"""A mailbox server for tests: pymap, a process of its own. Mails are put into it and looked at over IMAP, too."""

import socket
import subprocess
import sys
import time
from imaplib import IMAP4
from pathlib import Path
from types import TracebackType

NAME, PASSWORD = "answers", "pass%word"
SECONDS = 30


class MailboxServer:
    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"imap://answers:pass%25word@127.0.0.1:{self.port}/INBOX"

    def __enter__(self) -> "MailboxServer":
        pymap = str(Path(sys.executable).with_name("pymap"))
        listens = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        holds = ["dict", "--demo-data", "--demo-user", NAME, "--demo-password", PASSWORD]
        self.process = subprocess.Popen([pymap, *listens, *holds], stderr=subprocess.DEVNULL)
        self.client = self._connected()
        self.client.login(NAME, PASSWORD)
        self.client.create("Handled")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.logout()
        self.process.terminate()
        self.process.wait(SECONDS)

    def empty(self) -> None:
        for folder in ("INBOX", "Handled"):
            self.client.select(folder)
            self.client.store("1:*", "+FLAGS", "\\Deleted")
            self.client.expunge()

    def put(self, mail: bytes) -> None:
        status, _ = self.client.append("INBOX", "", "", mail)
        assert status == "OK"

    def count(self, folder: str = "INBOX", what: str = "ALL") -> int:
        self.client.select(folder)
        _, found = self.client.search(None, what)
        return len(found[0].split())

    def _connected(self) -> IMAP4:
        until = time.monotonic() + SECONDS
        while True:
            try:
                return IMAP4("127.0.0.1", self.port)
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
