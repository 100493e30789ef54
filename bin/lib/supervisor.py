"""Keeps the product's processes running, and leaves none behind."""

import signal
import socket
import subprocess
import time
from dataclasses import dataclass

from console import dies_with_its_parent, say
from environment import ROOT

LONGEST_PAUSE = 30.0  # seconds between two starts of a process that keeps dying
STEADY_AFTER = 20.0  # seconds of life after which a death counts as the first again
PATIENCE = 6.0  # seconds for a process to stop by itself


@dataclass
class Child:
    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    pause: float = 0.5

    def start(self) -> None:
        """In a process group of its own: Ctrl-C is for the supervisor, which stops the others in order."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=dies_with_its_parent(),
        )

    def look_after(self) -> None:
        """Start it when it is due; when it died, say so and set when to start it again."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif (code := self.process.poll()) is not None:
            self.process = None
            self.pause = 0.5 if now - self.started > STEADY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
            self.start_at = now + self.pause
            say(f"{self.name} ended ({_how(code)}); it starts again in {self.pause:.0f} s.")


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit status {code}"


def supervise(commands: dict[str, list[str]], environment: dict[str, str], *, port: int, when_ready: str) -> None:
    """Returns only by an interrupt; by then every process has ended."""
    children = [Child(name, command, environment) for name, command in commands.items()]
    ready = False
    try:
        while True:
            for child in children:
                child.look_after()
            if not ready and (ready := _answers(port)):
                say(when_ready)
            time.sleep(0.2)
    finally:
        _stop([child.process for child in children if child.process])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask all at once, wait a little for each, insist. A second Ctrl-C changes nothing: it is seconds away."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
