"""Messages a second beside smtplib alone and beside one task each; a claim among a million rows; memory."""

import os

from benchmarks.database import own_database
from benchmarks.messages import sink
from benchmarks.table import Figure


def measure(*, quick: bool, part: bool = False) -> list[Figure]:
    """`part` of a whole bench, which is to end in time: fewer rounds, and a shorter life of the worker."""
    many, rows = (40, 4_000) if quick else (400 if part else 1000, 1_000_000)
    rounds, long = (1, 2_000) if quick else (3, 4_000) if part else (7, 100_000)
    with sink.running() as port:
        os.environ |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "QUIET_HOURS": "", "LOG_LEVEL": "ERROR"}
        with own_database():
            from benchmarks.messages import reminders, speed

            sent = [*speed.sending(many, rounds), *reminders.sending(many, rounds)]
            return [*sent, *claims(rows), speed.memory(long)]


def claims(rows: int) -> list[Figure]:
    from als_project.outbox import sending
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
        Figure("claiming fifty at once, for each of them", claimed / sending.BATCH, "ms", few[1] / sending.BATCH, 1),
        Figure("  beside the floor", claimed / sending.BATCH, "ms", few[1] / sending.BATCH, 1.5, of_floor=True),
    ]
