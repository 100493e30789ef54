"""The product as it really runs: its own processes, its own database, a mail server that answers.

Two set-ups: production (gunicorn, PostgreSQL, Redis, worker, beat, SMTP) and embedded (`bin/dev`, SQLite, a broker
of folders, mail in a folder). A journey knows only the address and the post.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import psycopg2
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")
FIELD_KEY = Fernet.generate_key().decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, probe: Callable[[], T | None], *, seconds: float = 30) -> T:
    """What `probe` gives as soon as it gives anything; fails naming `what` was waited for."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = probe()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


def words_of(mail: EmailMessage) -> str:
    """Subject and plain text."""
    body = mail.get_body(("plain",))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


class Post(ABC):
    """The mail that has left the product."""

    @abstractmethod
    def all(self) -> list[EmailMessage]: ...

    def to(self, address: str, *, saying: str) -> list[EmailMessage]:
        return [m for m in self.all() if address in str(m["To"]) and saying in words_of(m)]

    def wait_for(self, address: str, *, saying: str, seen: int = 0, seconds: float = 30) -> EmailMessage:
        """The newest mail to the address that says this in subject or text, once there are more than `seen`."""

        def probe() -> EmailMessage | None:
            found = self.to(address, saying=saying)
            return found[-1] if len(found) > seen else None

        return wait_for(f"mail to {address} saying “{saying}”", probe, seconds=seconds)


class SmtpPost(Post):
    """A mail server on a loopback port."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))  # type: ignore[arg-type]
        return "250 Message accepted"

    def all(self) -> list[EmailMessage]:
        return list(self.mails)


class FolderPost(Post):
    """The folder that development mail is written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[EmailMessage]:
        paths = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]  # type: ignore[misc]


class Product(ABC):
    """A running product. `everything_kept` yields each byte it holds, by the name of its place."""

    url: str
    post: Post
    log: Path

    @abstractmethod
    def everything_kept(self) -> Iterator[tuple[str, bytes]]: ...

    def is_up(self) -> bool | None:
        try:
            with urllib.request.urlopen(self.url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None


def files_under(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and "static" not in path.relative_to(folder).parts:
            yield str(path.relative_to(folder)), path.read_bytes()


class Production(Product):
    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "product.log"
        self.mail_server = SmtpPost()
        self.post = self.mail_server
        self.database = f"als_journey_{os.getpid()}"
        self.server = os.environ["TEST_POSTGRES_URL"].rstrip("/")
        self.redis_url = f"{os.environ['TEST_REDIS_URL'].rstrip('/')}/7"
        self.port, self.web_port, self.live_port = free_port(), free_port(), free_port()
        self.url = f"http://localhost:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": f"{self.server}/{self.database}",
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": "a-key-for-this-journey-only-a-key-for-this-journey-only",
            "FIELD_KEYS": FIELD_KEY,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_server.port}",
            "ALLOWED_HOSTS": "localhost",
            "SITE_URL": self.url,
            "QUIET_HOURS": "",
            "HTTPS_ONLY": "0",
            "WHO_MAY_SIGN_UP": "anyone",
            "BEAT_SECONDS": "1",
            "DATA_DIR": str(self.folder / "var"),
            # As `bin/test` has collected them once for all.
            "STATIC_ROOT": str(Path(os.environ["DATA_DIR"]) / "static"),
            "DJANGO_SETTINGS_MODULE": "als_project.settings",
        }

    def run(self, *command: str) -> None:
        with self.log.open("ab") as log:
            subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=self.env, stdout=log, stderr=log, check=True)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def everything_kept(self) -> Iterator[tuple[str, bytes]]:
        yield from self._rows()
        with closing(redis.Redis.from_url(self.redis_url)) as keys:
            for key in keys.scan_iter():
                yield f"redis {key!r}", repr(keys.dump(key)).encode()
        yield from files_under(self.folder)

    def _rows(self) -> Iterator[tuple[str, bytes]]:
        with closing(psycopg2.connect(f"{self.server}/{self.database}")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                for (row,) in cursor.fetchall():
                    yield f"table {table}", row.encode()


@contextmanager
def production(folder: Path, *, sends: bool = True) -> Iterator[Production]:
    """`sends`: with the worker and the beat, by which messages leave."""
    product = Production(folder)
    (folder / "var").mkdir()
    _sql(product.server, f'CREATE DATABASE "{product.database}"')
    with closing(redis.Redis.from_url(product.redis_url)) as keys:
        keys.flushdb()
    product.mail_server.controller.start()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        product.run("django", "migrate", "-v0")
        bind = f"127.0.0.1:{product.web_port}"
        ports = [str(port) for port in (product.port, product.web_port, product.live_port)]
        processes = [
            product.start("tests.journeys.front", *ports),
            product.start("uvicorn", "als_project.asgi:application", "--port", str(product.live_port)),
            product.start(
                "gunicorn", "als_project.wsgi", "--bind", bind, "--preload", "--workers", "2", "--threads", "4"
            ),
        ]
        if sends:
            processes += [
                product.start("celery", "-A", "als_project", "worker", "--concurrency", "2", "--loglevel", "INFO"),
                product.start("celery", "-A", "als_project", "beat", "--loglevel", "INFO"),
            ]
        wait_for("the product to answer", product.is_up)
        yield product
    finally:
        _stop(processes)
        product.mail_server.controller.stop()
        _sql(product.server, f'DROP DATABASE "{product.database}" WITH (FORCE)')


class Embedded(Product):
    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "product.log"
        self.post = FolderPost(folder / "var" / "mail")
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"

    def everything_kept(self) -> Iterator[tuple[str, bytes]]:
        yield from files_under(self.folder)


@contextmanager
def embedded(folder: Path) -> Iterator[Embedded]:
    product = Embedded(folder)
    # Nothing of the test's own settings: `bin/dev` has its own.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    env = {**kept, "DATA_DIR": str(folder / "var"), "BEAT_SECONDS": "1", "QUIET_HOURS": ""}
    with product.log.open("ab") as log:
        command = [str(ROOT / "bin" / "dev"), "--empty", "--port", str(product.port)]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        wait_for("bin/dev to answer or stop", lambda: product.is_up() or process.poll() is not None, seconds=120)
        assert process.poll() is None, product.log.read_text()[-500:]
        yield product
    finally:
        _stop([process])


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _sql(server: str, command: str) -> None:
    with closing(psycopg2.connect(f"{server}/postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(command)


SetUp = Callable[[Path], Any]
