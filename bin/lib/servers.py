"""A PostgreSQL and a Redis of one's own, on free loopback ports, in a folder that goes with them."""

import os
import pwd
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import system
from console import dies_with_its_parent, stop

PATIENCE = 30.0  # seconds for a server to answer, and again to end
# Nothing here must outlive the machine: what makes writes safe only costs time.
FAST = ("fsync=off", "full_page_writes=off", "max_connections=200")
# PostgreSQL refuses to run as root: there it runs as the user its package made.
OWNER = "postgres" if os.geteuid() == 0 else None


@contextmanager
def scratch_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="als-test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # the owner of PostgreSQL must get through to its own folder
        yield folder


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, str]]:
    """The two servers' addresses, under the names the tests expect in the environment."""
    with _redis(folder / "redis") as redis, _postgres(folder / "postgres") as postgres:
        yield {
            "TEST_REDIS_URL": f"redis://127.0.0.1:{redis.port}",
            "TEST_POSTGRES_URL": f"postgres://postgres@127.0.0.1:{postgres.port}",
        }


@dataclass(frozen=True)
class Server:
    name: str
    command: list[str]
    folder: Path
    port: int
    answers: Callable[[int], bool]
    ends_by: signal.Signals
    dies_by: signal.Signals
    owner: str | None = None

    @contextmanager
    def running(self) -> Iterator["Server"]:
        """From its first answer to its end. In a process group of its own: Ctrl-C is not for it."""
        with (self.folder / "log").open("w") as log:
            process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
                user=self.owner,
                group=self.owner,
                extra_groups=[] if self.owner else None,
                preexec_fn=dies_with_its_parent(self.dies_by),
            )
        try:
            self.wait_for_an_answer(process)
            yield self
        finally:
            process.send_signal(self.ends_by)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait_for_an_answer(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.answers(self.port):
            if process.poll() is not None or time.monotonic() > deadline:
                last = (self.folder / "log").read_text(errors="replace").strip().splitlines()[-1:]
                stop(f"{self.name} did not start ({' '.join(last)}): mend that and run this again.")
            time.sleep(0.05)


def _redis(folder: Path) -> AbstractContextManager[Server]:
    folder.mkdir()
    port = _free_port()
    command = [system.redis() or "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no"]
    return Server("Redis", command, folder, port, _redis_answers, signal.SIGTERM, signal.SIGKILL).running()


def _postgres(folder: Path) -> AbstractContextManager[Server]:
    folder.mkdir()
    if OWNER:
        _hand_over(folder)
    port = _free_port()
    data = str(folder / "data")
    _make_database(folder, data)
    command = [system.postgresql("postgres") or "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", ""]
    command += [word for setting in FAST for word in ("-c", setting)]
    # SIGINT ends its sessions and then itself; SIGQUIT is the death that takes its own children along.
    end, die = signal.SIGINT, signal.SIGQUIT
    return Server("PostgreSQL", command, folder, port, _postgres_answers, end, die, OWNER).running()


def _hand_over(folder: Path) -> None:
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        stop("There is no user “postgres” to run PostgreSQL as: install your system's PostgreSQL and run this again.")
    os.chown(folder, owner.pw_uid, owner.pw_gid)


def _make_database(folder: Path, data: str) -> None:
    initdb = [system.postgresql() or "initdb", "--pgdata", data, "--auth=trust", "--username=postgres"]
    made = subprocess.run(
        [*initdb, "--encoding=UTF8", "--no-locale", "--no-sync"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=OWNER,
        group=OWNER,
        extra_groups=[] if OWNER else None,
        preexec_fn=dies_with_its_parent(),
    )
    if made.returncode:
        last = made.stderr.strip().splitlines()[-1:]
        stop(f"PostgreSQL could not make a database ({' '.join(last)}): mend that and run this again.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ask(port: int, question: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
            line.sendall(question)
            return line.recv(8)
    except OSError:
        return b""


def _redis_answers(port: int) -> bool:
    return _ask(port, b"PING\r\n").startswith(b"+PONG")


def _postgres_answers(port: int) -> bool:
    """The first words of a session: to them a server that is ready says “R”, one that is still starting “E”."""
    words = b"user\0postgres\0database\0postgres\0\0"
    protocol = (3 << 16).to_bytes(4, "big")
    return _ask(port, (8 + len(words)).to_bytes(4, "big") + protocol + words).startswith(b"R")
