"""The embedded product on a disk that fills up and is given room again. Prints what happened, as JSON.

Run in a mount namespace of its own: `unshare --mount python -m tests.faults.disk_full FOLDER`.
"""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.faults.servers import wait_for
from tests.faults.supervised import Supervised
from tests.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
MEGABYTES = 24
COUNT = 20
# Said by a worker that ended over it, and was started anew.
SAID = "ERROR als_project.broker The disk is full: the worker can't be woken, and nothing is sent."


def main(folder: Path) -> dict[str, Any]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)], check=True)
    with Sink() as sink:
        os.environ.update(environment(folder, sink.port))
        log = (folder.parent / "product.log").open("ab")
        celery = [sys.executable, "-m", "celery", "-A", "als_project"]
        manage([sys.executable, "manage.py", "migrate", "-v0"], log)
        commands = ([*celery, "beat", "--pidfile="], [*celery, "worker", "--pool", "solo"])
        processes = [
            Supervised(lambda words=words: subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log))
            for words in commands
        ]  # type: ignore[misc]
        try:
            return story(folder, sink)
        finally:
            for process in processes:
                process.end()
            log.close()


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "DEBUG": "1",
        "DATA_DIR": str(folder),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "als_project.settings",
        "QUIET_HOURS": "",
        "BEAT_SECONDS": "0.5",
        "CLAIM_SECONDS": "3",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def manage(words: list[str], log: Any) -> None:
    subprocess.run(words, cwd=ROOT, stdout=log, stderr=log, check=True)


def story(folder: Path, sink: Sink) -> dict[str, Any]:
    import django

    django.setup()
    from django.db import OperationalError
    from django.test import Client

    from als_project.users.models import User

    asha = User.objects.create_user("asha@example.org", name="Asha")
    client = Client(SERVER_NAME="localhost")
    client.force_login(asha)
    post("before")
    wait_for("the first messages", lambda: len(sink.contents) == COUNT)
    post("waiting", due_in=3)
    with full(folder):
        try:
            post("never posted")
            refused = ""
        except OperationalError as error:
            refused = str(error)
        saved = ""
        for n in range(3000):  # what is little may still find room that the database had kept for itself
            page = client.post("/account/", {"name": f"Asha {n}", "time_zone": "Europe/London"})
            if page.status_code != 302:
                break
            saved = f"Asha {n}"
        time.sleep(5)
        wait_for("the worker to say so", lambda: SAID in (folder.parent / "product.log").read_text(), seconds=60)
        sent_while_full = len(sink.contents) - COUNT
    wait_for("the messages that waited", lambda: len(set(sink.addresses)) == 2 * COUNT, seconds=60)
    time.sleep(5)
    return {
        "refused": refused,
        "page": page.status_code,
        "page_says": "The disk of this site is full" in page.content.decode(),
        "sent_while_full": sent_while_full,
        "lost": 2 * COUNT - len(set(sink.addresses)),
        "repeated": len(sink.addresses) - len(set(sink.addresses)),
        "integrity": integrity(folder),
        "kept_what_it_said_was_saved": User.objects.get().name == (saved or "Asha"),
    }


def post(name: str, *, due_in: float = 0) -> None:
    from datetime import timedelta

    from django.db import transaction
    from django.utils import timezone

    from als_project.outbox import services as outbox

    due = timezone.now() + timedelta(seconds=due_in)
    words = json.dumps({"subject": "Hello", "body": "Hello.\n"})
    with transaction.atomic():
        for n in range(COUNT):
            address = f"{name.replace(' ', '-')}{n}@example.org"
            outbox.post(kind="users.notice", key=address, address=address, sealed=words, due_at=due)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """The last byte of the disk is taken, again and again: others free some. A reader keeps the database from
    beginning its write-ahead log anew, so that it must grow."""
    over = threading.Event()
    thread = threading.Thread(target=fill, args=(folder / "ballast", over))
    with closing(sqlite3.connect(folder / "als.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM users_user").fetchone()
        thread.start()
        time.sleep(0.5)
        try:
            yield
        finally:
            over.set()
            thread.join()
            (folder / "ballast").unlink()


def fill(ballast: Path, over: threading.Event) -> None:
    with ballast.open("wb", buffering=0) as file:
        while not over.is_set():
            for size in (1 << 16, 1 << 10, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue
            over.wait(0.02)


def integrity(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "als.sqlite3")) as database:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))) + "\n")
