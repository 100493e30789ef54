"""The same messages each way in turn, round after round: what else the machine does meets all of them alike."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from django.utils import timezone

from als_project.outbox.models import Message
from benchmarks.messages import ways
from benchmarks.table import Figure

# One task each takes so much longer that fewer of them say enough.
SHORTER = 5


def post(count: int) -> list[Message]:
    Message.objects.all().delete()
    now = timezone.now()
    return Message.objects.bulk_create(
        Message(kind=ways.Bench.name, key=f"bench:{n}", address=f"p{n}@example.org", due_at=now) for n in range(count)
    )


def sending(count: int, rounds: int) -> list[Figure]:
    everyone: dict[str, list[float]] = {"raw": [], "letters": [], "product": [], "tasks": []}
    with worker():
        one_each(20)  # its first task loads what the others share
        for _ in range(rounds):
            everyone["raw"].append(ways.raw(post(count)))
            everyone["letters"].append(ways.raw_with_our_letters(post(count)))
            everyone["product"].append(ways.product(post(count)))
            unsent = Message.objects.filter(sent_at=None).count()
            assert unsent == 0, f"{unsent} messages did not leave."
            everyone["tasks"].append(one_each(count // SHORTER) * SHORTER)
    ms = {way: median(seconds) / count * 1000 for way, seconds in everyone.items()}
    return [
        Figure("a message, from row to receipt (floor: smtplib)", ms["product"], "ms", ms["raw"], 1, of_floor=True),
        Figure("  beside smtplib with our letters", ms["product"], "ms", ms["letters"]),
        Figure("  beside one Celery task each", ms["product"], "ms", ms["tasks"], 0.5, of_floor=True),
    ]


@contextmanager
def worker() -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "benchmarks.messages.one_each", "worker", "--pool", "solo"]
    command += ["--queues", "benchmark"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def one_each(count: int) -> float:
    from benchmarks.messages.one_each import send_one

    messages = post(count)
    began = time.perf_counter()
    for message in messages:
        send_one.delay(message.pk)
    while Message.objects.filter(sent_at=None).exists():
        time.sleep(0.02)
    return time.perf_counter() - began


def memory(count: int) -> Figure:
    """Of a worker that has sent so many, beside the same worker after the first thousand."""
    ways.product(post(1000))
    before = kilobytes()
    for _ in range(count // 1000):
        ways.product(post(1000))
    return Figure(
        f"memory after {count:,} messages (floor: after 1,000)", kilobytes(), "kB", before, 1.05, of_floor=True
    )


def kilobytes() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4.0
