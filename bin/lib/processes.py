"""Running a command to its end, and ending whatever it leaves behind."""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from console import dies_with_its_parent
from environment import ROOT

PATIENCE = 30.0  # seconds for a command that was interrupted to tidy up


def call(command: list[str], environment: dict[str, str]) -> int:
    """Its exit status; what it says goes to the console. An interrupt reaches it first, and gives it time to tidy up.

    It leads a process group of its own, so Ctrl-C comes to it from here alone, once.
    """
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=dies_with_its_parent(),
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        raise
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def adopt_orphans() -> None:
    """Processes whose parent dies become children of this one, and can be found. Linux only."""
    become_subreaper = 36
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(become_subreaper, 1, 0, 0, 0)


def end_what_is_left() -> None:
    """Kill every child, and the children that come to us by that, until there is none."""
    while left := _children():
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in left:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children() -> list[int]:
    own = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name in brackets may hold spaces: what follows it is the state and the parent.
            _, parent, *_ = stat.read_text(errors="replace").rpartition(")")[2].split()
            if int(parent) == os.getpid():
                own.append(int(stat.parent.name))
    return own
