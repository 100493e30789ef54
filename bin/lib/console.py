"""What the commands say, how they stop, and how nothing they started outlives them."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn


def say(text: str) -> None:
    print(text, flush=True)


def stop(sentence: str) -> NoReturn:
    """End with one line that says what to do."""
    print(sentence, file=sys.stderr, flush=True)
    raise SystemExit(1)


def stop_when_told() -> None:
    """SIGTERM and a closed terminal end the command as Ctrl-C does: through every `finally`.

    Ctrl-C too is set: a command started in the background by a script has it ignored, and `kill -INT` must work.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as `nohup` leaves it
        signal.signal(signal.SIGHUP, interrupt)


def dies_with_its_parent(number: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """For `preexec_fn`: the child gets this signal when its parent is gone, even by kill -9. Linux only."""
    parent = os.getpid()
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)
    set_parent_death_signal = 1

    def tie() -> None:
        libc.prctl(set_parent_death_signal, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it was gone before the tie
            os._exit(1)

    return tie
