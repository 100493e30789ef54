"""Messages a second beside smtplib alone and beside one task each; a claim among a million rows; memory."""

import os

from benchmarks.database import own_database
from benchmarks.messages import sink
from benchmarks.table import Figure


def measure(*, quick: bool) -> list[Figure]:
    many, rounds, rows, long = (100, 2, 20_000, 2_000) if quick else (1000, 9, 1_000_000, 100_000)
    with sink.running() as port:
        os.environ |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "QUIET_HOURS": "", "LOG_LEVEL": "ERROR"}
        with own_database():
            from benchmarks.messages import reminders, speed

            sent = [*speed.sending(many, rounds), *reminders.sending(many, rounds)]
            return [*sent, *claims(rows), speed.memory(long)]


def claims(rows: int) -> list[Figure]:
    from als_project.outbox.models import Message
    from benchmarks.messages import claims as claim

    Message.objects.all().delete()
    claim.fill(1, rows // 100)
    few = claim.finding(), claim.claiming()
    claim.fill(rows // 100 + 1, rows)
    found, claimed = claim.finding(), claim.claiming()
    Message.objects.all().delete()
    among = f"{rows:,} rows (floor: {rows // 100:,})"
    return [
        Figure(f"finding what is due among {among}", found, "ms", few[0], 1),
        Figure("  beside the floor", found, "ms", few[0], 1.5, of_floor=True),
        Figure(f"claiming a batch of fifty, whole, among {rows:,} rows", claimed, "ms", few[1], 1),
        Figure("  beside that floor", claimed, "ms", few[1], 1.5, of_floor=True),
    ]
