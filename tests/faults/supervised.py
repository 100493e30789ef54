"""What ends is started again, as in production."""

import subprocess
import threading
from collections.abc import Callable


class Supervised:
    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.process = start()
        self.starts = 1
        self._start, self._over = start, threading.Event()
        self._thread = threading.Thread(target=self._look_after, daemon=True)
        self._thread.start()

    def _look_after(self) -> None:
        while not self._over.wait(0.2):
            if self.process.poll() is not None:
                self.process = self._start()
                self.starts += 1

    def end(self) -> None:
        """Ends both the looking after and, unless somebody else does, the process."""
        self._over.set()
        self._thread.join()
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
